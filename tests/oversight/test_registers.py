"""The seven registers: all in one place, of the days somebody chooses, each as an Excel sheet with Chinese headings."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.urls import reverse
from openpyxl import load_workbook

from gongfang.core import clock, jobs
from gongfang.core.models import Job
from gongfang.registry.people.models import Look
from gongfang.ui import sheets
from tests.pay.conftest import Purse

HEADS = {
    "orders": ("订单", "产品", "企业", "承接主体", "合同", "下单日期", "交期", "件数", "合格", "已交货"),
    "receipts": ("单号", "日期", "内容", "订单", "企业", "仓库", "材料", "实点数量", "单上数量", "差异"),
    "issue": ("料包", "发料日期", "领料人", "活计", "订单", "工坊", "件数", "材料", "交期", "发料人"),
    "hand-in": ("料包", "日期", "领料人", "活计", "订单", "工坊", "件数", "内容", "经手人"),
    "inspection": ("料包", "验收日期", "领料人", "活计", "订单", "工坊", "合格", "返工", "不合格", "遗失"),
    "slips": (
        "单号",
        "出单日期",
        "姓名",
        "承接主体",
        "内容",
        "起始日期",
        "截止日期",
        "应得",
        "扣除",
        "待发放",
    ),
    "payouts": ("流水号", "编制日期", "批次", "收款人", "承接主体", "内容", "发放方式", "金额"),
}


@pytest.fixture
def paid(purse: Purse) -> Purse:
    """Knots of two makers, inspected and paid."""
    purse.earn(purse.people.zhou, 20, accepted=18)
    purse.earn_at_home(10)
    purse.card(purse.people.zhou)
    purse.pay()
    return purse


def opened(person, name, **days):
    return person.client().get(reverse("oversight:register", args=[name]), days)


def saved(person, name, **days) -> list[tuple[object, ...]]:
    answer = person.client().get(reverse("oversight:register_sheet", args=[name]), days)
    assert answer.status_code == 200
    return list(load_workbook(BytesIO(answer.content)).worksheets[0].values)


def test_an_officer_finds_all_seven_and_each_is_a_sheet_of_the_days_chosen(paid):
    wang, today = paid.people.wang, clock.today()
    page = wang.client().get(reverse("oversight:registers")).content.decode()
    long_ago = {"since": str(today - timedelta(days=400)), "until": str(today - timedelta(days=300))}
    for name, heads in HEADS.items():
        assert reverse("oversight:register", args=[name]) in page
        shown = opened(wang, name)
        assert shown.status_code == 200
        table = saved(wang, name)
        assert table[0][: len(heads)] == heads
        assert len(table) > 1 or name == "receipts", name
        assert f"共 {len(table) - 1} 条" in shown.content.decode()
        assert len(saved(wang, name, **long_ago)) == 1
    assert Look.objects.filter(page="registers").exists()


def test_each_sees_the_rows_of_the_pages_and_who_has_none_is_refused(paid):
    cast = paid.people
    assert {row[5] for row in saved(cast.chen, "issue")[1:]} == {cast.workshop.name}
    assert {row[5] for row in saved(cast.wang, "issue")[1:]} == {cast.workshop.name, cast.agency.name}
    assert [row[3] for row in saved(cast.luo, "slips")[1:]] == [cast.operator.name] * 2
    assert saved(cast.qian, "payouts")[1:] == saved(cast.wang, "payouts")[1:]
    assert opened(cast.chen, "slips").status_code == 403
    assert opened(cast.zhou, "issue").status_code == 403
    assert opened(cast.wang, "nothing").status_code == 404
    assert cast.zhou.client().get(reverse("oversight:registers")).status_code == 403


def test_a_long_register_is_written_by_the_queue_row_for_row_the_same(paid, monkeypatch, tmp_path):
    wang = paid.people.wang
    at_once = saved(wang, "hand-in")
    monkeypatch.setattr(sheets.sheet, "__kwdefaults__", {"at_once": 1})
    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path)
    url = reverse("oversight:register_sheet", args=["hand-in"])
    job = Job.objects.get(pk=int(wang.client().get(url)["Location"].split("/")[2]))
    assert jobs.run(job.pk) is not None
    kept = wang.client().get(reverse("job-sheet", args=[job.pk]))
    assert list(load_workbook(BytesIO(kept.content)).worksheets[0].values) == at_once
