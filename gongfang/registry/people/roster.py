"""What a roster looks like, and what each of its rows says once villages and doubles are found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _

from gongfang.core.codes import IdNumber
from gongfang.core.errors import Refused
from gongfang.core.secrets import keyed_hash
from gongfang.core.sheets import Col, Row, Sheet, said
from gongfang.registry.people.models import Household, HouseholdStatus, Resident
from gongfang.registry.people.rows import ResidentRow, checked_name
from gongfang.registry.places.access import stem
from gongfang.registry.places.models import Division
from gongfang.registry.places.queries import Villages, villages

Known = Literal["keep", "amend"]
Problem = tuple[str, str]  # the key of the column, the sentence
_YES = {"yes": True, "no": False}
_KINDS, _CAPACITY = HouseholdStatus.Kind, Resident.Capacity

COLUMNS = (
    Col("name", ("姓名", "名字", "人员姓名", "Name"), required=True),
    Col(
        "id_number",
        ("身份证号码", "身份证号", "公民身份号码", "证件号码", "身份证", "ID number"),
        kind="id_number",
        required=True,
    ),
    Col("phone", ("联系电话", "手机号码", "手机号", "电话", "手机", "Phone"), kind="phone"),
    Col("sex", ("性别", "Sex"), kind="choice", choices={"female": ("女", "女性"), "male": ("男", "男性")}),
    Col("township", ("乡镇", "乡镇街道", "所在乡镇", "街道", "Township")),
    Col("village", ("村", "行政村", "所在村", "村社区", "村名", "社区", "家庭住址", "住址", "Village")),
    Col("household", ("户编号", "户号", "家庭编号", "Household"), longest=40),
    Col(
        "status",
        ("户属性", "户类型", "农户类型", "人员类别", "Status"),
        kind="choice",
        choices={
            _KINDS.LIFTED: ("脱贫户", "脱贫人口", "建档立卡户", "建档立卡"),
            _KINDS.LOW_INCOME: ("低收入户", "低收入", "低收入人口", "农村低收入人口", "低保户", "低保"),
            _KINDS.WATCHED: ("监测户", "监测对象", "防止返贫致贫对象", "防止返贫监测对象", "脱贫不稳定户"),
            "none": ("一般户", "一般农户", "普通户", "无"),
        },
    ),
    Col(
        "cannot_work_away",
        ("不能外出务工", "无法外出务工", "是否不能外出务工", "Cannot go away for work"),
        kind="choice",
        choices={"yes": ("是", "√", "有", "1", "Y", "TRUE"), "no": ("否", "×", "无", "0", "N", "FALSE")},
    ),
    Col(
        "capacity",
        ("劳动能力", "劳动力情况", "劳动技能", "Labour capacity"),
        kind="choice",
        choices={
            _CAPACITY.FULL: ("普通劳动力", "全劳动力", "正常", "有劳动能力", "技能劳动力"),
            _CAPACITY.PARTIAL: ("半劳动力", "部分劳动能力"),
            _CAPACITY.WEAK: ("弱劳动力", "弱劳动能力"),
            _CAPACITY.NONE: ("无劳动力", "无劳动能力", "丧失劳动力"),
        },
    ),
)  # fmt: skip


_COLUMN = {column.key: column for column in COLUMNS}


@dataclass(frozen=True)
class Roster:
    """A sheet as it can be taken in: a person once, in the order of the rows; or the sheet with its problems."""

    sheet: Sheet
    people: tuple[ResidentRow, ...] = field(repr=False)

    @property
    def is_clean(self) -> bool:
        """Whether every row can be taken; if not, none is."""
        return self.sheet.is_clean


def understood(sheet: Sheet, place: Division, *, known_people: Known = "keep") -> Roster:
    """Find the village of every row and the people who stand in the sheet twice."""
    reader = _Reader(sheet, place, villages(place.code))
    people: dict[str, ResidentRow] = {}
    problems: dict[int, list[str]] = {}
    first: dict[str, int] = {}
    for row in sheet.rows:
        wrong = list(reader.problems(row))
        if not wrong and not row.errors:
            person = reader.person(row)
            wrong = list(_doubled(person, people, first))
            people.setdefault(person.id_number, person)
            first.setdefault(person.id_number, row.number)
        if wrong:
            problems[row.number] = [said(sheet, _COLUMN[key], sentence) for key, sentence in wrong]
    for id_number, key, sentence in _elsewhere(people, place, known_people=known_people):
        problems.setdefault(first[id_number], []).append(said(sheet, _COLUMN[key], sentence))
    return Roster(sheet=sheet.complaining(problems), people=tuple(people.values()))


def _elsewhere(
    people: Mapping[str, ResidentRow], place: Division, *, known_people: Known
) -> Iterator[tuple[str, str, str]]:
    """A roster of one township changes neither the people nor the households of another."""
    inside = stem(place.code)
    codes = {row.household for row in people.values() if row.household}
    foreign = (
        set(Household.objects.exclude(division__code__startswith=inside).values_list("code", flat=True))
        & codes
    )
    for number, row in people.items():
        if row.household in foreign:
            yield (
                number,
                "household",
                _("A household of another place has this code. Compare it with the village's book."),
            )
    if known_people == "amend":
        away = Resident.objects.exclude(division__code__startswith=inside).values_list("id_hash", flat=True)
        hashes = {bytes(digest) for digest in away}
        for number in people:
            if keyed_hash("id_number", number) in hashes:
                yield (
                    number,
                    "id_number",
                    _("This person is in the register of another place. Ask the county centre to move them."),
                )


def _doubled(
    person: ResidentRow, people: Mapping[str, ResidentRow], first: Mapping[str, int]
) -> Iterator[Problem]:
    """The same person again is no problem; under another name or with other values, somebody has to choose."""
    earlier = people.get(person.id_number)
    if earlier is None or earlier == person:
        return
    sentence = (
        _("This person already stands in row %(row)s with other values. Keep the row that is right.")
        if earlier.name == person.name
        else _("This ID number already stands in row %(row)s under another name. Compare both cards.")
    )
    yield "id_number", sentence % {"row": first[person.id_number]}


def _own_household(village: str, id_number: str) -> str:
    """A status belongs to a household: who comes without its code is a household of one for now."""
    return f"{village}-{keyed_hash('household', id_number).hex()[:10]}"


@dataclass(frozen=True)
class _Reader:
    """Reads rows of one place."""

    sheet: Sheet
    place: Division
    book: Villages
    found: dict[tuple[str, str], tuple[Division, ...]] = field(default_factory=dict)

    def problems(self, row: Row) -> list[Problem]:
        return [*self._name(row.values), *self._village(row.values), *self._sex(row.values)]

    def person(self, row: Row) -> ResidentRow:
        values, number = row.values, row.values["id_number"].text
        village = self._where(values)[0].code
        status = values.get("status") or "none"
        return ResidentRow(
            name=checked_name(values["name"]),
            id_number=number,
            division=village,
            phone=values.get("phone") or "",
            household=values.get("household")
            or ("" if status == "none" else _own_household(village, number)),
            status="" if status == "none" else status,
            cannot_work_away=_YES.get(values.get("cannot_work_away") or ""),
            capacity=values.get("capacity") or "",
        )

    def _where(self, values: Mapping[str, Any]) -> tuple[Division, ...]:
        village = values.get("village")
        if not village and self.place.level == Division.Level.VILLAGE:
            return (self.place,)
        named = (village or "", values.get("township") or "")
        if named not in self.found:
            self.found[named] = self.book.find(named[0], township=named[1])
        return self.found[named]

    def _village(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        if "village" not in values:
            return
        found = self._where(values)
        if not values.get("village") and not found:
            yield "village", _("The village is missing. Write the village or community the person lives in.")
        elif not found:
            sentence = _("%(place)s has no village of this name. Write it as on the list of places.")
            yield "village", sentence % {"place": self.place.name}
        elif len(found) > 1:
            yield "village", _("Several villages have this name. Write the township beside it.")

    def _name(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        if values.get("name") is None:
            return
        try:
            checked_name(str(values["name"]))
        except Refused as wrong:
            yield "name", str(wrong.sentence)

    def _sex(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        number, sex = values.get("id_number"), values.get("sex")
        if isinstance(number, IdNumber) and sex and sex != number.sex:
            yield "sex", _("The ID number says otherwise about the sex. Compare it with the card.")
