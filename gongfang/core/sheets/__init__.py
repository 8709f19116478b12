"""Excel in and out, row by row: real rosters are read, wrong rows go back explained, nothing calculates."""

from gongfang.core.sheets.columns import Col
from gongfang.core.sheets.guard import WrongSheet
from gongfang.core.sheets.reading import Row, Sheet, find, read, read_rows, said
from gongfang.core.sheets.writing import Column, Table, returned, write, write_csv

__all__ = [
    "Col", "Column", "Row", "Sheet", "Table", "WrongSheet", "find",
    "read", "read_rows", "returned", "said", "write", "write_csv",
]  # fmt: skip
