from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from gongfang.registry.people import actions
from gongfang.registry.people.models import Household, Look, Organisation, Resident, Role, RosterImport
from tests import cast
from tests.registry.people.test_own import CARD


def page(person, name, *args, **query):
    return person.client().get(reverse(f"people:{name}", args=args), query)


def send(person, name, /, *args, **facts):
    """Fill in the form of a page as it is shown and send it."""
    client = person.client()
    url = reverse(f"people:{name}", args=args)
    shown = client.get(url)
    key = (
        shown.context["form"]["key"].value()
        if shown.status_code == 200
        else "0f8fad5b-d9cb-469f-a165-70867728950e"
    )
    return client.post(url, {"key": str(key), **facts}, follow=True)


def press(person, name, *args):
    url = reverse(f"people:{name}", args=args)
    return person.client().post(url, {"key": "0f8fad5b-d9cb-469f-a165-70867728950e"}, follow=True)


def text(answer):
    return answer.content.decode()


LISTS = ["residents", "households", "organisations", "roles", "rosters", "skill_kinds"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_with_30_rows_as_with_few(people, name):
    client = people.wang.client()
    url = reverse(f"people:{name}")
    actions.add_skill_kind(people.wang.by(), None, code="knot", name="编结")
    RosterImport.objects.create(brought_by=people.wang.user, file_name="x.xlsx", outcome="taken", rows=1)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        assert client.get(url).status_code == 200
    more(people)
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).status_code == 200
    assert len(many) == len(few)


def more(people):
    """Thirty more of everything."""
    rows = [cast.rows(1, start=n, household=f"SX-9{n}", status="low_income")[0] for n in range(30)]
    actions.add_residents(people.wang.by(), people.county, rows=rows)
    for n in range(30):
        workshop = actions.add_organisation(
            people.wang.by(), people.village, kind="workshop", name=f"工坊{n}"
        )
        actions.give_role(people.wang.by(), workshop, user=people.su.user, role="clerk")
        actions.add_skill_kind(people.wang.by(), None, code=f"s{n}", name=f"手艺{n}")
        RosterImport.objects.create(brought_by=people.wang.user, file_name="x.xlsx", outcome="taken", rows=1)


@pytest.mark.parametrize("name", [*LISTS, "organisation", "household", "resident"])
def test_nobody_stands_unmasked_on_any_page(people, name):
    args = {
        "organisation": [people.workshop.pk],
        "household": [people.lin.row.household_id],
        "resident": [people.lin.row.pk],
    }.get(name, [])
    answer = page(people.wang, name, *args)
    assert answer.status_code == 200
    for secret in (cast.LIN.name, cast.LIN.id_number, cast.LIN.phone):
        assert secret not in text(answer)


@pytest.mark.parametrize(
    "name",
    [
        "residents_sheet",
        "households_sheet",
        "organisations_sheet",
        "roles_sheet",
        "rosters_sheet",
        "skill_kinds_sheet",
    ],
)
def test_every_list_saves_as_a_sheet_without_secrets(people, name):
    answer = page(people.wang, name)
    book = load_workbook(BytesIO(answer.content))
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert not cells & {cast.LIN.name, cast.LIN.id_number, cast.LIN.phone}
    assert len(book.sheetnames) == 2


def test_a_person_is_looked_at_with_a_purpose_and_reads_so(people):
    before = page(people.chen, "resident", people.lin.row.pk)
    assert cast.LIN.phone not in text(before)
    after = send(people.chen, "look", people.lin.row.pk, purpose="通知领料")
    assert cast.LIN.id_number in text(after)
    mine = page(people.lin, "me")
    assert "通知领料" in text(mine)
    assert "陈静" in text(mine)


def test_a_look_without_a_purpose_shows_nothing(people):
    answer = send(people.chen, "look", people.lin.row.pk, purpose="")
    assert answer.status_code == 422
    assert not Look.objects.exclude(purpose="").exists()


def test_the_link_of_a_look_shows_nothing_to_another(people):
    look = actions.look(people.chen.by(), people.lin.row, purpose="通知领料")
    for other in (people.he, people.wang):
        answer = page(other, "resident", people.lin.row.pk, look=look.pk)
        assert cast.LIN.id_number not in text(answer)


@pytest.mark.parametrize(
    ("who", "status"), [("chen", 200), ("wu", 404), ("sun", 404), ("su", 404), ("zhou", 404)]
)
def test_a_person_is_there_only_for_those_who_may_see_them(people, who, status):
    assert page(getattr(people, who), "resident", people.lin.row.pk).status_code == status


def test_a_search_by_number_leaves_no_number_in_an_address(people):
    client = people.wang.client()
    url = reverse("people:residents")
    key = client.get(url).context["search"]["key"].value()
    answer = client.post(url, {"key": str(key), "text": cast.LIN.id_number})
    assert [row["name"].url for row in answer.context["table"].rows] == [
        f"/people/residents/{people.lin.row.pk}/"
    ]


def test_the_officer_adds_a_person(people):
    row = cast.rows(1)[0]
    send(
        people.wang,
        "add_resident",
        name=row.name,
        id_number=row.id_number,
        division="梓誉村",
        capacity="full",
    )
    assert Resident.objects.count() == 4


def test_a_wrong_number_is_said_beside_its_field(people):
    answer = send(
        people.wang, "add_resident", name="张三", id_number="330727", division="梓誉村", capacity="full"
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["id_number"]


def test_the_clerk_takes_somebody_on(people):
    row = cast.rows(1)[0]
    answer = send(
        people.chen, "take_on", people.workshop.pk, name=row.name, id_number=row.id_number,
        division="梓誉村", capacity="full",
    )  # fmt: skip
    assert row.name in text(answer)


def roster(*lines):
    book = Workbook()
    book.active.append(["姓名", "身份证号", "村"])
    for line in lines:
        book.active.append(line)
    out = BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "花名册.xlsx"
    return out


def test_a_roster_goes_in_by_the_page(people):
    row = cast.rows(1)[0]
    answer = send(
        people.feng,
        "rosters",
        place="双溪乡",
        known_people="keep",
        file=roster([row.name, row.id_number, "梓誉村"]),
    )
    assert RosterImport.objects.get().added == 1
    assert answer.status_code == 200


def test_a_refused_roster_offers_its_copy(people):
    answer = send(
        people.feng, "rosters", place="双溪乡", known_people="keep", file=roster(["张三", "1", "梓誉村"])
    )
    copy = reverse("people:returned", args=[RosterImport.objects.get().pk])
    assert copy in text(answer)
    assert people.feng.client().get(copy).content.startswith(b"PK")
    assert people.wang.client().get(copy).status_code == 404


def test_others_bring_no_roster(people):
    assert page(people.he, "rosters").status_code == 403


def test_my_data_is_mine(people):
    answer = page(people.zhou, "me")
    assert "周桂花" in text(answer)
    assert cast.ZHOU.id_number not in text(answer)
    assert page(people.wang, "me").status_code == 404


def test_a_maker_changes_wish_limits_card_and_consent(people):
    pk = people.zhou.row.pk
    send(people.zhou, "record_wish", pk, pieces_a_week="１００", home_work="on")
    send(people.zhou, "record_limits", pk, hours_a_day="4", kinds=["no_lifting"])
    send(people.zhou, "set_bank_account", pk, holder_name="周桂花", number=CARD, bank="农业银行")
    send(people.zhou, "give_consent", pk, purpose="bank", how="page")
    send(people.zhou, "agree_terms", pk, organisation=people.operator.pk, kind="contract")
    zhou = Resident.objects.get(pk=pk)
    assert zhou.wish.pieces_a_week == 100
    assert set(zhou.limits.values_list("kind", "value")) == {("hours_a_day", 4), ("no_lifting", None)}
    shown = text(page(people.zhou, "me"))
    assert CARD not in shown
    assert CARD[-4:] in shown
    assert zhou.relations.get().organisation == people.operator
    press(people.zhou, "withdraw_consent", zhou.consents.get().pk)
    assert zhou.consents.filter(withdrawn_at=None).count() == 0


def test_the_manager_gives_and_ends_a_role(people):
    send(
        people.he,
        "add_staff",
        people.workshop.pk,
        name="新人",
        username="xin",
        password="knots-2026",
        role="clerk",
    )
    send(people.he, "give_role", people.workshop.pk, username="su", role="inspector")
    given = Role.objects.get(user=people.su.user)
    press(people.he, "end_role", given.pk)
    given.refresh_from_db()
    assert given.until is not None
    assert Role.objects.get(user__username="xin").role == "clerk"


def test_a_manager_is_not_offered_what_a_manager_does_not_give(people):
    answer = page(people.he, "add_staff", people.workshop.pk)
    assert [value for value, _label in answer.context["form"].fields["role"].choices] == [
        "clerk",
        "inspector",
    ]


def test_the_officer_opens_and_closes_an_organisation(people):
    send(
        people.wang,
        "add_organisation",
        name="安文工坊",
        kind="workshop",
        division="安文街道",
        category="tourism",
    )
    workshop = Organisation.objects.get(name="安文工坊")
    press(people.wang, "close_organisation", workshop.pk)
    workshop.refresh_from_db()
    assert workshop.closed_on is not None


def test_the_township_writes_down_a_household_and_its_status(people):
    send(people.feng, "add_household", code="SX-500", division="梓誉村")
    household = Household.objects.get(code="SX-500")
    send(people.feng, "add_status", household.pk, kind="watched", since="2026-01-05")
    press(people.feng, "end_status", household.statuses.get().pk)
    assert household.statuses.get().until is not None


def test_the_officer_adds_an_officer(people):
    send(
        people.wang,
        "add_officer",
        name="郑洁",
        username="zheng",
        password="knots-2026",
        role="township",
        division="双溪乡",
    )
    assert Role.objects.get(user__username="zheng").division == people.township


@pytest.mark.parametrize(
    "name", ["amend_resident", "enrol_user", "add_skill", "record_limits", "set_bank_account"]
)
def test_the_forms_of_a_person_open_for_who_may(people, name):
    assert page(people.wang, name, people.lin.row.pk).status_code == 200


@pytest.mark.parametrize("name", ["set_bank_account", "enrol_user"])
def test_the_inspector_is_refused(people, name):
    assert page(people.zhao, name, people.lin.row.pk).status_code == 403
