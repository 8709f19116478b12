"""What somebody wants to change in a placed order, and what it means, said before anybody says yes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock
from gongfang.ui.formats import day, number, rate
from gongfang.work.orders import wording
from gongfang.work.orders.beyond import News, told_beyond
from gongfang.work.orders.models import Order, OrderLine, ProductVersion, RecipeItem
from gongfang.work.orders.queries import NoRate, fewest_pieces, in_hands, price_at, rate_on


@dataclass(frozen=True)
class Change:
    """What a line of an order is to be from now on; what is not named stays. No pieces at all drop the line."""

    line: OrderLine
    pieces: int | None = None
    due: date | None = None
    fee_hao: int | None = None


@dataclass(frozen=True)
class Extra:
    """A line more."""

    version: ProductVersion
    pieces: int
    fee_hao: int
    due: date | None = None
    over_permille: int = 0
    under_permille: int = 0


def news_of(
    order: Order, lines: Iterable[OrderLine], *, due: date | None, changes: Sequence[Change]
) -> list[News]:
    """Work out what each line would be: lines due with the order move with it, prices follow their quantities.

    Of a piece of several steps the last line is asked; the others follow it.
    """
    wanted = {change.line.pk: change for change in changes}
    asked = [line for line in lines if line.final or line.pk in wanted]
    news = [_news(order, line, due, wanted.get(line.pk) or Change(line)) for line in asked]
    return [one for one in news if one.differs]


def _news(order: Order, line: OrderLine, due: date | None, change: Change) -> News:
    pieces = line.pieces if change.pieces is None else change.pieces
    moved = due if due and line.due == order.due else line.due
    fee = change.fee_hao
    if fee is None and pieces != line.pieces:
        fee = price_at(line.price_steps.all(), pieces)
    return News(line, pieces, change.due or moved, line.fee_hao if fee is None else fee)


def told(order: Order, news: Collection[News], extras: Collection[Extra] = ()) -> list[str]:
    """Say in sentences what an amendment would change, above all for work that is out already."""
    sentences = [sentence for one in news for sentence in _told(order, one)]
    return [*sentences, *(_more(extra) for extra in extras)]


def _told(order: Order, new: News) -> Iterator[str]:
    line, product = new.line, str(new.line.version.product)
    if new.pieces != line.pieces:
        yield from _pieces(order, new, product)
    if new.due != line.due:
        yield _("“%(product)s” is due on %(new)s instead of %(old)s.") % {
            "product": product, "new": day(new.due), "old": day(line.due)
        }  # fmt: skip
    if new.fee_hao != line.fee_hao:
        yield from _price(new, product)
    yield from told_beyond(new)


def _pieces(order: Order, new: News, product: str) -> Iterator[str]:
    line, fewest = new.line, fewest_pieces(new.line)
    facts = {"product": product, "new": number(new.pieces), "old": number(line.pieces)}
    yield _("“%(product)s”: %(new)s pieces instead of %(old)s.") % facts
    if new.pieces < min(fewest, line.pieces):
        yield _(
            "%(fewest)s pieces are shared out or made already. Take shares back first, or enter %(fewest)s or more."
        ) % {"fewest": number(fewest)}
    elif held := in_hands(line):
        yield ngettext(
            "%(held)s piece is shared out or made already and stays as it is.",
            "%(held)s pieces are shared out or made already and stay as they are.",
            held,
        ) % {"held": number(held)}  # fmt: skip
    yield from _material(order, new)


def _material(order: Order, new: News) -> Iterator[str]:
    more = new.pieces - new.line.pieces
    said = dict(order.materials.values_list("material", "ownership"))
    for item in RecipeItem.objects.filter(step=new.line.step_id).select_related("material"):
        if said.get(item.material_id, item.ownership) != RecipeItem.Ownership.ENTERPRISE:
            continue
        facts = {"amount": wording.amount(item.material, item.amount * abs(more)), "material": item.material}
        if more > 0:
            yield _("%(material)s: the enterprise sends %(amount)s more.") % facts
        else:
            yield _("%(material)s: the enterprise need not send %(amount)s.") % facts


def _price(new: News, product: str) -> Iterator[str]:
    line = new.line
    yield _("“%(product)s”: %(new)s yuan a piece instead of %(old)s.") % {
        "product": product, "new": rate(new.fee_hao), "old": rate(line.fee_hao)
    }  # fmt: skip
    if line.delivered:
        yield ngettext(
            "%(count)s piece delivered already keeps its price.",
            "%(count)s pieces delivered already keep their price.",
            line.delivered,
        ) % {"count": number(line.delivered)}  # fmt: skip
    try:
        wage = rate_on(line.step, clock.today())
    except NoRate:
        return
    if new.fee_hao < wage:
        yield _("This is less than the %(wage)s yuan a maker gets for a piece. Makers keep their rate.") % {
            "wage": rate(wage)
        }


def _more(extra: Extra) -> str:
    return _("New: %(pieces)s pieces of “%(product)s” at %(fee)s yuan a piece.") % {
        "pieces": number(extra.pieces), "product": extra.version.product, "fee": rate(extra.fee_hao)
    }  # fmt: skip
