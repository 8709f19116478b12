"""Measure rules beside SQL written by hand and beside zen-engine: `python -m bench.rules`, `--quick` saves nothing.

Twenty rules over 72,586 drawn people of whom any fact may be missing, each rule written three times: as a tree, as SQL,
as a zen expression. All of them must find the same people. Zen is asked about some, of whom no fact is missing, for it
knows no third answer; it is given the age, and rows that nobody had to fetch.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from bench import results
from bench.machine import measured
from bench.results import Measure
from gongfang import embedded
from gongfang.engines.rules import (
    Ruling,
    Source,
    Span,
    Version,
    count_answers,
    judge,
    select_answers,
    select_met,
)
from gongfang.engines.rules.examples.fields import PERSON
from gongfang.engines.rules.judging import met
from gongfang.engines.rules.reading import Reader
from gongfang.engines.rules.spans import passed

PEOPLE, SEED, DAY = 72_586, 72_586, date(2022, 11, 4)
ROUNDS, ASKED_OF_ZEN = 7, 500
DECISION = "0027-rules-that-are-data.md"
COLUMNS = {
    "born": "date", "sex": "text", "lives_in": "text", "relocated": "boolean", "out_of_poverty": "boolean",
    "disability_card": "boolean", "nobody_employed": "boolean", "tied_by_care": "boolean", "works_at_home": "boolean",
    "employed": "boolean", "months_at_home": "integer", "months_in_training": "integer", "half_days": "integer",
    "premium_month": "bigint",
}  # fmt: skip
SOURCE = Source(PERSON, "person AS p", "p.id", {name: f"p.{name}" for name in COLUMNS})


@dataclass(frozen=True)
class Written:
    """One rule, written three times."""

    tree: object
    sql: str
    zen: str


def _aged(age: int) -> Written:
    born = DAY.replace(year=DAY.year - age)
    return Written({"years_since": "born", "at_least": age}, f"born <= DATE '{born}'", f"age >= {age}")


def _number(name: str, order: str, sign: str, number: int) -> Written:
    return Written({"field": name, order: number}, f"{name} {sign} {number}", f"{name} {sign} {number}")


def _is(name: str) -> Written:
    return Written({"is": name}, name, name)


def _joined(word: str, zen: str, parts: Sequence[Written]) -> Written:
    sql, said = f" {word} ".join(part.sql for part in parts), f" {zen} ".join(part.zen for part in parts)
    return Written(
        {"all" if word == "AND" else "any": [part.tree for part in parts]}, f"({sql})", f"({said})"
    )


def _all(*parts: Written) -> Written:
    return _joined("AND", "and", parts)


def _any(*parts: Written) -> Written:
    return _joined("OR", "or", parts)


def _not(part: Written) -> Written:
    return Written({"not": part.tree}, f"NOT {part.sql}", f"not({part.zen})")


WOMAN = Written({"field": "sex", "one_of": ["female"]}, "sex = 'female'", "sex == 'female'")
HERE = Written(
    {"field": "lives_in", "within": ["530602000000"]},
    "lives_in LIKE '530602%%'",
    "startsWith(lives_in, '530602')",
)
TOWN = Written(
    {"field": "lives_in", "within": ["530602001000", "530602002000"]},
    "(lives_in LIKE '530602001%%' OR lives_in LIKE '530602002%%')",
    "(startsWith(lives_in, '530602001') or startsWith(lives_in, '530602002'))",
)
POOR = _any(_is("relocated"), _is("out_of_poverty"))
TIED = _any(_is("disability_card"), _is("nobody_employed"), _is("tied_by_care"))
MONTHS, HALF_DAYS, TRAINED = "months_at_home", "half_days", "months_in_training"
RULES = (
    _all(HERE, _is("works_at_home"), POOR, _any(TIED, _all(WOMAN, _aged(45)), _all(_not(WOMAN), _aged(50)))),
    _all(_any(_is("employed"), _is("works_at_home")), _number("premium_month", "at_least", ">=", 150_000)),
    _number(HALF_DAYS, "at_least", ">=", 1),
    _all(_number(TRAINED, "at_least", ">=", 1), _number(TRAINED, "at_most", "<=", 6)),
    _all(_aged(16), _not(_aged(60)), _not(_is("employed"))),
    _all(_aged(60), _not(_aged(70)), _is("works_at_home")),
    _all(_aged(70), _not(_aged(80)), _is("works_at_home")),
    _aged(80),
    _all(_is("disability_card"), _aged(16)),
    _all(TOWN, _is("tied_by_care"), _not(_is("employed"))),
    _all(WOMAN, _is("works_at_home"), _number(MONTHS, "at_least", ">=", 6)),
    _all(POOR, _number(MONTHS, "at_least", ">=", 3), _number(MONTHS, "at_most", "<=", 9)),
    _any(_number(HALF_DAYS, "above", ">", 99), _number(TRAINED, "above", ">", 5)),
    _all(_not(POOR), TIED),
    _all(_is("nobody_employed"), _aged(16), _not(_aged(60))),
    _all(TOWN, WOMAN, _aged(45), _not(_aged(60))),
    _all(_is("employed"), _not(_number("premium_month", "at_least", ">=", 150_000))),
    _not(_any(TIED, POOR, _is("employed"))),
    _all(_number(HALF_DAYS, "at_least", ">=", 20), _number(HALF_DAYS, "below", "<", 100), _any(POOR, WOMAN)),
    _all(HERE, _any(_all(WOMAN, _aged(55)), _aged(60)), _number("premium_month", "below", "<", 150_000)),
)


def rulings() -> list[Ruling]:
    """The twenty rules as trees, on the day."""
    trees = (Reader(PERSON).rule(one.tree) for one in RULES)
    versions = (Version(first=DAY, document="bench", source="bench", rule=tree) for tree in trees)
    return [Ruling.of(version, day=DAY, vocabulary=PERSON, parameters={}) for version in versions]


def drawn(number: int, *, seed: int = SEED) -> list[dict[str, Any]]:
    """So many people; every tenth fact is missing."""
    chance = random.Random(seed)
    return [{name: _fact(chance, kind, name) for name, kind in COLUMNS.items()} for _ in range(number)]


def _fact(chance: random.Random, kind: str, name: str) -> Any:
    if chance.random() < 0.1:
        return None
    if kind == "boolean":
        return chance.random() < 0.3
    if kind == "date":
        return DAY - timedelta(chance.randrange(90 * 365))
    if kind == "text":
        return chance.choice(["female", "male"]) if name == "sex" else f"53060200{chance.randrange(9)}001"
    return chance.randrange(300_000 if kind == "bigint" else 110 if name == HALF_DAYS else 12)


@contextmanager
def county(people: Sequence[Mapping[str, Any]]) -> Iterator[psycopg.Connection]:
    """A cluster of its own with these people in one table, numbered from 0; nothing of it is left at the end."""
    folder = Path(tempfile.mkdtemp(prefix="gongfang-bench-"))
    folder.chmod(0o755)  # when root starts it, PostgreSQL runs as another account
    try:
        with embedded.start(folder) as server, psycopg.connect(**server.params(), autocommit=True) as link:
            _settle(link, people)
            yield link
    finally:
        shutil.rmtree((folder / "postgresql").resolve(), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _settle(link: psycopg.Connection, people: Sequence[Mapping[str, Any]]) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    link.execute(f"CREATE TABLE person (id bigint PRIMARY KEY, {columns})")
    with link.cursor() as cursor, cursor.copy("COPY person FROM STDIN") as copy:
        for number, one in enumerate(people):
            copy.write_row((number, *one.values()))
    link.execute("VACUUM ANALYZE person")


def timed(*ways: Callable[[], object]) -> list[float]:
    """Seconds of each way, the middle of several rounds in turn."""
    took: list[list[float]] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for at, way in enumerate(ways):
            began = time.perf_counter()
            way()
            took[at].append(time.perf_counter() - began)
    return [statistics.median(times) for times in took]


@dataclass
class Bench:
    """The county, its people, and what was measured."""

    link: psycopg.Connection
    people: Sequence[dict[str, Any]]
    rules: Sequence[Ruling]

    def counts(self) -> Measure:
        """How many meet each rule, in one pass; ours also counts of whom facts are missing."""
        ours = count_answers(self.rules, SOURCE)
        columns = (f"count(*) FILTER (WHERE {one.sql})" for one in RULES)
        run = self._asking(ours.sql, ours.values)
        by_hand = self._asking(f"SELECT {', '.join(columns)} FROM person".replace("%%", "%"))
        if run()[0][::3] != by_hand()[0]:
            raise SystemExit("The rules and the SQL written by hand count other people.")
        return self._beside("counted", *timed(run, by_hand))

    def lists(self) -> Measure:
        """Everybody's answer to each rule, written into a table."""
        ours = select_answers(self.rules, SOURCE)
        columns = ", ".join(one.sql for one in RULES)
        named = ", ".join(f"c{at}" for at in range(len(RULES)))
        sql = f"SELECT p.* FROM (SELECT id, {columns} FROM person) AS p (id, {named})".replace("%%", "%")
        keep = "CREATE TEMP TABLE kept AS "
        run = self._keeping(keep + ours.sql, ours.values)
        return self._beside("everybody's answers kept", *timed(run, self._keeping(keep + sql)))

    def _beside(self, what: str, ours: float, by_hand: float) -> Measure:
        rival = "SQL written by hand"
        return Measure(
            what=self._title(what), value=ours, unit="s", rival=rival, rival_value=by_hand, at_most=3
        )

    def _title(self, what: str) -> str:
        return f"{len(RULES)} rules × {len(self.people):,} people, {what}"

    def _asking(self, sql: str, values: Any = None) -> Callable[[], list[Any]]:
        return lambda: self.link.execute(sql, values).fetchall()

    def _keeping(self, sql: str, values: Any = None) -> Callable[[], object]:
        def run() -> None:
            self.link.execute("DROP TABLE IF EXISTS kept")
            psycopg.ClientCursor(self.link).execute(sql, values)

        return run

    def beside_zen(self) -> Iterator[Measure]:
        """The whole county counted by us, and some of it by zen, in turn; where a fact is missing zen is not asked."""
        whole = [one for one in self.people if None not in one.values()][:ASKED_OF_ZEN]
        asked = [_for_zen(one) for one in whole]
        ours = [[met(rule, one) for rule in self.rules] for one in whole]
        statement = count_answers(self.rules, SOURCE)
        count = self._asking(statement.sql, statement.values)
        for name, ask in zen_ways().items():
            if _each(ask, asked) != ours:
                raise SystemExit(f"The rules and {name} answer otherwise.")
            took, theirs = timed(count, partial(_each, ask, asked))
            yield Measure(
                what=self._title("counted"),
                value=len(self.people) / took,
                unit="people/s",
                rival=name,
                rival_value=len(asked) / theirs,
                at_least=100,
                note=f"zen is asked about {len(asked):,} people whose rows it has at hand",
            )

    def one_person(self) -> Measure:
        """One person's answers to all rules, with reasons and what is missing."""
        some = self.people[:200]
        (took,) = timed(lambda: [judge(rule, one) for one in some for rule in self.rules])
        return Measure(
            what=f"{len(RULES)} rules for one person, with reasons", value=1000 * took / len(some), unit="ms"
        )

    def same(self) -> Measure:
        """Every person asked by Python, every rule by SQL: the sets must be the same."""
        differing = 0
        for rule in self.rules:
            statement = select_met(rule, SOURCE)
            by_sql = {key for key, _ in self.link.execute(statement.sql, statement.values)}
            by_python = {key for key, one in enumerate(self.people) if met(rule, one)}
            differing += len(by_sql ^ by_python)
        return Measure(
            what="people whom SQL and Python judge otherwise", value=differing, unit="people", at_most=0
        )


def _each(ask: Callable[[dict[str, Any]], list[Any]], asked: Sequence[dict[str, Any]]) -> list[list[Any]]:
    return [ask(one) for one in asked]


def zen_ways() -> dict[str, Callable[[dict[str, Any]], list[Any]]]:
    """The two ways to ask zen: a decision, as it is used with its editor, and bare expressions."""
    import zen

    bare = [zen.compile_expression(one.zen) for one in RULES]
    decision = zen.ZenEngine().create_decision(json.dumps(_graph()))

    def decided(one: dict[str, Any]) -> list[Any]:
        said = decision.evaluate(one)["result"]
        return [said[f"r{at}"] for at in range(len(RULES))]

    return {
        "zen-engine, a decision": decided,
        "zen-engine, bare expressions": lambda one: [rule.evaluate(one) for rule in bare],
    }


def _graph() -> dict[str, Any]:
    listed = [{"id": f"x{at}", "key": f"r{at}", "value": one.zen} for at, one in enumerate(RULES)]
    kinds = {"in": "inputNode", "rules": "expressionNode", "out": "outputNode"}
    nodes = [
        {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}} for name, kind in kinds.items()
    ]
    nodes[1]["content"] = {"expressions": listed}
    ways = (("in", "rules"), ("rules", "out"))
    edges = [{"id": a, "sourceId": a, "targetId": b, "type": "edge"} for a, b in ways]
    return {"nodes": nodes, "edges": edges}


def _for_zen(one: Mapping[str, Any]) -> dict[str, Any]:
    """Zen is given the age, which the others work out."""
    return {**one, "born": None, "age": passed(one["born"], DAY, Span.YEARS)}


def main() -> None:
    """Measure everything, and save it unless it is only tried."""
    parser = argparse.ArgumentParser(prog="python -m bench.rules", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few people, and nothing is saved")
    quick = parser.parse_args().quick
    here, people = measured(), drawn(5_000 if quick else PEOPLE)
    with county(people) as link:
        bench = Bench(link, people, rulings())
        found = [bench.counts(), bench.lists(), *bench.beside_zen(), bench.one_person(), bench.same()]
    for one in found:
        beside = f", {one.ratio:.2f} × {one.rival}, goal {one.goal}" if one.ratio is not None else ""
        print(f"{one.what}: {one.value:,.4g} {one.unit}{beside}")
    if not quick:
        results.save("rules", found, machine=here, decision=DECISION)


if __name__ == "__main__":
    main()
