"""Workbooks as people make them, for the tests of reading."""

import csv
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from gongfang.core.sheets import Col, read

ROSTER = [
    Col("name", ("姓名", "Name"), required=True),
    Col("id_number", ("身份证号", "身份证号码", "ID number"), "id_number", required=True),
    Col("phone", ("手机", "联系电话", "电话"), "phone"),
    Col("village", ("村", "所在村")),
    Col("born", ("出生日期",), "date"),
    Col("pieces", ("件数",), "integer"),
    Col("rate", ("单价",), "yuan"),
    Col("sex", ("性别",), "choice", choices={"female": ("女", "女性"), "male": ("男",)}),
]
SU_WEN = "11010519491231002X"
LI_MING = "34052419800101001X"


def upload(content, name="名册.xlsx"):
    return SimpleUploadedFile(name, content)


def xlsx(*rows, merge=(), sheet=None):
    book = Workbook()
    page = book.active
    page.title = sheet or "Sheet1"
    for row in rows:
        page.append(list(row))
    for area in merge:
        page.merge_cells(area)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def csv_bytes(*rows, encoding="utf-8-sig"):
    out = StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def roster(*rows, columns=ROSTER, **kwargs):
    return read(upload(xlsx(*rows, **kwargs)), columns)


def one(kind, cell, **kwargs):
    """What one cell of this kind becomes: its value, or the sentence against it."""
    column = Col("it", ("它",), kind, **kwargs)
    (row,) = roster(["号", "它"], [1, cell], columns=[Col("n", ("号",)), column]).rows
    return row.errors[0].removeprefix("它: ") if row.errors else row.values["it"]


def repacked(content, changes):
    """The same archive with some entries replaced or added."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, body in changes.items():
            new.writestr(name, body)
    return out.getvalue()


def opened(content):
    return load_workbook(BytesIO(content))
