"""Says how much is paid, and how it was reckoned for one person: each in Chinese and in English."""

from __future__ import annotations

from collections.abc import Iterator

from gongfang.engines.rules.answer import Answer
from gongfang.engines.rules.fields import Kind
from gongfang.engines.rules.reckoning import Step
from gongfang.engines.rules.saying import BRACKETS, SEMICOLON, STILL_MISSING, Teller
from gongfang.engines.rules.text import Text, joined, money_words, permille_words, whole_words
from gongfang.engines.rules.tree import (
    Amount,
    Capped,
    Cases,
    Each,
    Fact,
    Fixed,
    Measured,
    Order,
    Ref,
    Share,
    Tiers,
    Total,
)

EACH = Text("每{}{}，最多算{}{}", "{} for each {}, counting at most {}")
WHERE = Text("{}的，{}", "{} where {}")
OTHERWISE = Text("其余的，{}", "otherwise {}")
NOTHING = Text("没有", "nothing")
SHARE = Text("{}的{}", "{} of {}")
AT_MOST = Text("{}，最高{}", "{}, at most {}")
PLUS = Text("，加上", ", plus ")
COMES_TO = Text("{}：{}", "{}: {}")
TAKEN = Text("{}，取{}：{}", "{}, of which {}: {}")
CUT = Text("{}，封顶{}", "{}, capped at {}")
IN_ALL = Text("{}，合计{}", "{}, in all {}")


def payment(teller: Teller) -> Text | None:
    """What is paid, in one sentence; None where a rule only recognises."""
    amount = teller.ruling.amount
    return None if amount is None else paid(amount, teller).sentence()


def reckoned(answer: Answer, teller: Teller) -> Text | None:
    """How an amount was reckoned, or what is missing for it; None where nothing is paid."""
    if answer.paid is None:
        return None
    if answer.paid.hao is None:
        return STILL_MISSING.fill(teller.titles(answer.paid.lacks)).sentence()
    return _step(answer.paid, teller).sentence()


def paid(amount: Amount, teller: Teller) -> Text:  # noqa: PLR0911 - a case for each shape
    """An amount in words."""
    match amount:
        case Fixed(hao):
            return _money(hao, teller)
        case Each(name, hao, up_to):
            unit = _unit(name, teller)
            most = teller.ruling.words(up_to, Kind.WHOLE)
            return Text(
                EACH.zh.format(unit.zh, _money(hao, teller).zh, most.zh, unit.zh),
                EACH.en.format(_money(hao, teller).en, unit.en, most.en),
            )
        case Tiers():
            return joined([*_tiers(amount, teller), OTHERWISE.fill(NOTHING)], by=SEMICOLON)
        case Fact(name):
            return teller.ruling.field(name).title
        case Share(permille, of):
            share = permille_words(teller.ruling.number(permille))
            whole = _inner(of, teller)
            return Text(SHARE.zh.format(whole.zh, share.zh), SHARE.en.format(share.en, whole.en))
        case Capped(most, of):
            return AT_MOST.fill(_inner(of, teller), _money(most, teller))
        case Total(parts):
            return joined((_inner(part, teller) for part in parts), by=PLUS)
        case Cases(cases, otherwise):
            listed = [_where(_inner(case.pays, teller), teller.rule(case.when)) for case in cases]
            rest = _inner(otherwise, teller) if otherwise else NOTHING
            return joined([*listed, OTHERWISE.fill(rest)], by=SEMICOLON)


def _inner(amount: Amount, teller: Teller) -> Text:
    said = paid(amount, teller)
    return said if isinstance(amount, Fixed | Fact | Share) else BRACKETS.fill(said)


def _money(hao: int | Ref, teller: Teller) -> Text:
    return teller.ruling.words(hao, Kind.MONEY)


def _unit(name: str, teller: Teller) -> Text:
    asked = teller.ruling.field(name)
    return asked.unit or asked.title


def _where(pays: Text, when: Text) -> Text:
    return Text(WHERE.zh.format(when.zh, pays.zh), WHERE.en.format(pays.en, when.en))


def _tiers(amount: Tiers, teller: Teller) -> Iterator[Text]:
    for tier in reversed(amount.tiers):
        reached = teller.question(Measured(amount.field, Order.AT_LEAST, tier.start))
        yield _where(_money(tier.hao, teller), reached)


def _step(step: Step, teller: Teller) -> Text:  # noqa: PLR0911 - a case for each shape
    """A step with its numbers; it is told only where all of them are known."""
    assert step.hao is not None
    came_to = money_words(step.hao)
    match step.amount:
        case Each(name, hao, _):
            unit, units = _unit(name, teller), whole_words(step.counted or 0)
            rate = money_words(teller.ruling.number(hao))
            return Text(
                f"{units.zh}{unit.zh} × {rate.zh} = {came_to.zh}",
                f"{units.en} × {rate.en} for each {unit.en} = {came_to.en}",
            )
        case Tiers(name):
            asked = teller.ruling.field(name)
            return COMES_TO.fill(asked.says.fill(asked.words_of(step.counted or 0)), came_to)
        case Fact(name):
            return COMES_TO.fill(teller.ruling.field(name).title, came_to)
        case Share(permille, _):
            share = permille_words(teller.ruling.number(permille))
            return TAKEN.fill(_step(step.parts[0], teller), share, came_to)
        case Capped():
            said = _step(step.parts[0], teller)
            return said if step.hao == step.parts[0].hao else CUT.fill(said, came_to)
        case Total():
            parts = joined((_step(part, teller) for part in step.parts), by=SEMICOLON)
            return IN_ALL.fill(parts, came_to)
        case Cases() if step.parts:
            return _step(step.parts[0], teller)
        case _:
            return came_to
