import pytest

from gongfang.core.errors import NotAllowed, Refused
from gongfang.registry.places import actions
from gongfang.registry.places.divisions import DivisionRow, published
from gongfang.registry.places.models import Division
from gongfang.registry.places.queries import townships_of, village, villages, villages_of


def test_panan_has_14_townships_and_236_villages(people):
    assert townships_of("330727000000").count() == 14
    assert villages_of("330727000000").count() == 236
    assert villages_of("330727203000").count() == 11


def test_loading_the_same_list_again_changes_nothing(people):
    before = Division.objects.count()
    assert actions.load_divisions(people.wang.by(), None, rows=published("330727")) == before
    assert Division.objects.count() == before


def test_a_new_edition_renames_a_village(people):
    renamed = [
        DivisionRow(code=row.code, level=row.level, name="新史姆村", parent=row.parent, edition=2024)
        if row.code == "330727203205"
        else row
        for row in published("330727")
    ]
    actions.load_divisions(people.wang.by(), None, rows=renamed)
    assert Division.objects.get(code="330727203205").name == "新史姆村"
    assert Division.objects.get(code="330727203205").edition == 2024


def test_a_row_without_its_parent_is_refused(people):
    orphan = DivisionRow(code="330727999000", level="township", name="无", parent="330799000000")
    with pytest.raises(Refused):
        actions.load_divisions(people.wang.by(), None, rows=[orphan])


def test_a_clerk_loads_no_divisions(people):
    with pytest.raises(NotAllowed):
        actions.load_divisions(people.chen.by(), None, rows=published("330727"))


@pytest.mark.parametrize(
    "text",
    [
        "梓誉",
        "梓誉村",
        "梓誉村委会",
        "梓誉村民委员会",
        " 梓 誉 村 ",
        "双溪乡梓誉村",
        "磐安县双溪乡梓誉村",
        "330727203216",
    ],
)
def test_a_village_is_found_however_its_name_ends(people, text):
    assert village(text) == Division.objects.get(code="330727203216")


def test_a_village_whose_own_name_ends_in_village_is_found(people):
    found = Division.objects.get(code="330727203217")
    assert [village(text) for text in ("樱花村", "樱花", "樱花村村委会")] == [found, found, found]


def test_two_kinds_of_charcoal_are_one_village(people):
    actions.load_divisions(people.wang.by(), None, rows=published("532622"))
    assert village("炭房村").code == village("碳房社区").code == "532622202001"


def test_an_unknown_village_is_no_village(people):
    assert village("不存在村") is None


def test_a_name_in_two_townships_is_a_question_until_the_township_is_said(people):
    twin = DivisionRow(code="330727001999", level="village", name="梓誉居委会", parent="330727001000")
    actions.load_divisions(people.wang.by(), None, rows=[*published("330727"), twin])
    book = villages("330727000000")
    assert len(book.find("梓誉")) == 2
    assert [one.code for one in book.find("梓誉", township="双溪乡")] == ["330727203216"]
    assert [one.code for one in book.find("梓誉", township="安文")] == ["330727001999"]


def test_a_site_gets_its_units(people):
    site = actions.add_site(people.feng.by(), people.village, kind="shop", name="双溪底商")
    unit = actions.add_unit(people.feng.by(), site, name="1号", area_dm2=12_050)
    assert (unit.site, unit.area_dm2) == (site, 12_050)
    with pytest.raises(Refused, match=r"already has a unit|已有"):
        actions.add_unit(people.feng.by(), site, name="1号", area_dm2=100)
    with pytest.raises(Refused):
        actions.add_unit(people.feng.by(), site, name="2号", area_dm2=0)


def test_a_township_adds_no_site_elsewhere(people):
    with pytest.raises(NotAllowed):
        actions.add_site(people.feng.by(), people.county, kind="park", name="园区")
