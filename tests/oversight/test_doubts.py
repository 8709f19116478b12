"""Doubtful items: found once, answered by somebody who had no part in them, back only with new rows."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from gongfang.core import jobs
from gongfang.core.clock import today
from gongfang.core.errors import Moved, NotAllowed, Refused, SecondPersonNeeded
from gongfang.core.models import Entry, Job, Parameter
from gongfang.oversight import tasks
from gongfang.oversight.doubts import actions, wording
from gongfang.oversight.doubts.actions import DeathRow
from gongfang.oversight.doubts.finding import Finding, searches
from gongfang.oversight.doubts.queries import kinds, look_for
from gongfang.oversight.models import Doubt
from gongfang.registry.people import actions as people_actions
from gongfang.registry.people.models import Look
from tests.cast import bank_card
from tests.pay.conftest import _english, _november, differences, purse  # noqa: F401 -- fixtures


def search(people) -> list[Doubt]:
    """Search as the night does; return what waits afterwards."""
    job = actions.search_doubts(people.system.by(via="task"), None)
    done = jobs.run(job.pk)
    assert done
    assert done.state == Job.State.DONE
    return list(Doubt.objects.filter(stage=Doubt.Stage.OPEN).order_by("pk"))


def record(people, *rows: str, subject: str = "card:1", hands: tuple[str, ...] = ()) -> list[Doubt]:
    found = [Finding(subject, rows, {"people": len(rows)}, hands)]
    return actions.record_doubts(people.system.by(), None, kind="shared_card", found=found)


def _one_card(people) -> list[str]:
    """The same card is 林秀英's first and 周桂花's afterwards."""
    refs = []
    for person in (people.lin, people.zhou):
        card = people_actions.set_bank_account(
            people.wang.by(),
            person.row,
            number=bank_card(),
            bank="农业银行",
            holder_name=person.row.name.reveal(),
        )
        people_actions.end_bank_account(people.wang.by(), card)
        refs.append(f"people.bankaccount:{card.pk}")
    return refs


# --- found ---------------------------------------------------------------------------------------------------------


def test_an_honest_workshop_raises_no_doubt(purse):  # noqa: F811
    purse.earn(purse.people.zhou, 40)
    purse.earn(purse.people.lin, 60, accepted=50)
    purse.earn_at_home(30)
    purse.card(purse.people.lin)
    purse.pay()
    assert search(purse.people) == []


def test_one_card_for_two_people_is_one_item_however_often_it_is_looked_for(people):
    rows = _one_card(people)
    (found,) = search(people)
    assert (found.kind, found.rows) == ("shared_card", rows)
    assert search(people) == [found]
    assert Doubt.objects.count() == 1


def test_rows_that_come_later_join_the_item_that_waits(people):
    (first,) = record(people, "people.bankaccount:1", "people.bankaccount:2")
    assert record(people, "people.bankaccount:3", "people.bankaccount:1") == []
    first.refresh_from_db()
    assert first.rows == ["people.bankaccount:1", "people.bankaccount:2", "people.bankaccount:3"]


def test_an_answered_item_comes_back_with_new_rows_only(people):
    (first,) = record(people, "a:1", "a:2")
    actions.explain_doubt(people.wang.by(), first, reason="母女共用，已换卡")
    assert record(people, "a:1", "a:2") == []
    assert record(people, "a:2") == []
    (again,) = record(people, "a:2", "a:3")
    assert (again.before, again.is_open) == (first, True)
    actions.put_right_doubt(people.wang.by(), again, reason="已停用")
    assert record(people, "a:1", "a:2", "a:3") == []


def test_two_items_of_one_subject_never_wait_at_once(people):
    record(people, "a:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Doubt.objects.create(kind="shared_card", subject="card:1", found_on=today(), seen_on=today())


def test_a_threshold_is_a_dated_number_of_the_county(people):
    for person in (people.lin, people.zhou):
        people_actions.agree_terms(people.wang.by(), person.row, organisation=people.operator)
        people_actions.amend_resident(people.wang.by(), person.row, phone="13957901111")
    assert search(people) == []
    Parameter.objects.create(
        key="oversight.people_a_number", value=1, valid_from=today(), document="磐安县疑点排查办法"
    )
    assert [doubt.kind for doubt in search(people)] == ["one_number"]


def test_every_kind_has_its_name_and_its_sentence():
    assert set(kinds()) == set(wording._SENTENCES) == {kind for kind, _name in wording.kinds()}


def test_a_search_asks_as_often_with_many_rows_as_with_few(purse, django_assert_max_num_queries):  # noqa: F811
    for _ in range(3):
        purse.earn(purse.people.zhou, 20)
    with django_assert_max_num_queries(4 * len(searches)):
        list(look_for(today()))


# --- a list of deaths ----------------------------------------------------------------------------------------------


def test_what_was_brought_after_a_death_is_found_and_the_list_is_not_kept(purse):  # noqa: F811
    people = purse.people
    made = purse.earn(people.zhou, 40)
    number = people.zhou.row.id_number.reveal()
    rows = [DeathRow(id_number=number, died_on=made.inspected_on.replace(day=1))]
    (found,) = actions.compare_deaths(people.wang.by(), None, rows=rows, document="殡葬名单 2026-11")
    assert found.kind == "after_death"
    assert f"piecework.handin:{made.hand_in_id}" in found.rows
    assert number not in str(list(Entry.objects.values("before", "after", "facts")))
    later = [DeathRow(id_number=number, died_on=made.inspected_on)]
    assert actions.compare_deaths(people.wang.by(), None, rows=later, document="殡葬名单") == []


def test_a_list_of_deaths_has_a_name_and_numbers_that_check(people):
    with pytest.raises(Refused):
        actions.compare_deaths(people.wang.by(), None, rows=[], document=" ")
    wrong = [DeathRow(id_number="330727195603020261", died_on=today())]
    with pytest.raises(Refused):
        actions.compare_deaths(people.wang.by(), None, rows=wrong, document="名单")


# --- answered ------------------------------------------------------------------------------------------------------


def test_who_had_a_part_in_the_rows_does_not_answer_for_them(people):
    (found,) = record(people, "a:1", hands=(str(people.wang.user.pk),))
    for verb in (actions.explain_doubt, actions.put_right_doubt):
        with pytest.raises(SecondPersonNeeded):
            verb(people.wang.by(), found, reason="没问题")
    with pytest.raises(SecondPersonNeeded):
        actions.take_doubt(people.wang.by(), found)
    taken = actions.take_doubt(people.li.by(), found)
    assert taken.owner == people.li.user
    done = actions.explain_doubt(people.li.by(), taken, reason="已核对原始凭证")
    assert (done.stage, done.answered_by, done.reason) == ("explained", people.li.user, "已核对原始凭证")
    assert Entry.objects.filter(verb="explain_doubt", subject=f"oversight.doubt:{found.pk}").exists()


def test_an_answer_has_a_reason_and_is_given_once(people):
    (found,) = record(people, "a:1")
    with pytest.raises(Refused):
        actions.explain_doubt(people.wang.by(), found, reason="  ")
    actions.put_right_doubt(people.wang.by(), found, reason="已收回多付的钱")
    for verb in (actions.explain_doubt, actions.put_right_doubt):
        with pytest.raises(Moved):
            verb(people.li.by(), found, reason="再说一遍")
    with pytest.raises(Moved):
        actions.take_doubt(people.li.by(), found)


def test_only_the_county_centre_answers_and_nobody_but_the_auditor_reads_besides(people):
    (found,) = record(people, "a:1")
    with pytest.raises(NotAllowed):
        actions.explain_doubt(people.qian.by(), found, reason="x")
    for name in ("feng", "he", "chen", "zhao", "zhou", "wu", "sun", "luo", "ma", "su"):
        person = getattr(people, name)
        assert person.client().get("/oversight/doubts/").status_code == NotAllowed.status, name
        assert person.client().get(f"/oversight/doubts/{found.pk}/").status_code == 404, name
        assert not actions.take_doubt.may(person.member, found), name
        for verb in (actions.search_doubts, actions.compare_deaths):
            assert not verb.may(person.member, None), name
    with pytest.raises(NotAllowed):
        actions.record_doubts(people.wang.by(), None, kind="x", found=[])


def test_pay_goes_on_whatever_is_doubted(purse):  # noqa: F811
    people = purse.people
    purse.earn(people.zhou, 40)
    before = purse.slips()[0].net_hao
    record(people, f"people.resident:{people.zhou.row.pk}")
    batch = purse.pay()
    assert [payout.stage for payout in batch.payouts.all()] == ["confirmed"]
    assert (before, differences()) == (batch.payouts.get().amount_hao, [])


# --- searched by the queue, and read -------------------------------------------------------------------------------


def test_a_search_that_runs_is_enough(people):
    first = actions.search_doubts(people.wang.by(), None)
    assert actions.search_doubts(people.qian.by(), None) == first
    assert (first.kind, first.state) == ("oversight.doubts", Job.State.WAITING)


def test_a_night_is_searched_once_however_often_the_queue_calls(people):
    key = tasks._tonight()
    one = actions.search_doubts(people.system.by(via="task", key=key), None)
    jobs.run(one.pk)
    assert actions.search_doubts(people.system.by(via="task", key=key), None) == one
    assert isinstance(key, uuid.UUID)


def test_the_pages_lead_from_the_home_to_the_rows_and_write_the_look_down(people):
    _one_card(people)
    (found,) = search(people)
    officer, auditor = people.wang.client(), people.qian.client()
    for client in (officer, auditor):
        assert "/oversight/doubts/" in client.get("/").text
        assert f"/oversight/doubts/{found.pk}/" in client.get("/oversight/doubts/?stage=open").text
    page = auditor.get(f"/oversight/doubts/{found.pk}/").text
    assert "林**" in page
    assert "林秀英" not in page
    assert bank_card() not in page
    assert "explain" not in page
    assert Look.objects.filter(viewer=people.qian.user, resident=people.lin.row, page="doubt").exists()
    assert officer.get("/oversight/doubts/?kind=ghost").status_code == 200
    sent = {"reason": "母女", "key": uuid.uuid4()}
    assert officer.post(f"/oversight/doubts/{found.pk}/explain/", sent).status_code == 302
    found.refresh_from_db()
    assert found.stage == Doubt.Stage.EXPLAINED
    assert officer.get("/oversight/doubts.xlsx").headers["Content-Type"].endswith("sheet")


def test_a_list_of_deaths_is_pasted_from_a_sheet(purse):  # noqa: F811
    people = purse.people
    made = purse.earn(people.zhou, 40)
    line = f"{people.zhou.row.id_number.reveal()}\t{made.inspected_on.replace(day=1)}"
    client = people.wang.client()
    sent = {"lines": line, "document": "殡葬名单", "key": uuid.uuid4()}
    assert client.post("/oversight/doubts/deaths/", sent).status_code == 302
    assert Doubt.objects.get().kind == "after_death"
    wrong = client.post("/oversight/doubts/deaths/", {**sent, "lines": "张三 昨天", "key": uuid.uuid4()})
    assert wrong.status_code == 422
