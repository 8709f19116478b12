"""Reads an old workbook (.xls) in a process of its own: `python apart.py MEGABYTES SECONDS < book > cells`.

The reader of this format follows what the file says of itself, also in a circle and also to a cell at the far
corner of a sheet. A file of a kilobyte can so ask for all the memory there is, and the answer to that is not an
exception but the end of the process. It has to be one that nobody misses. Nothing of ours is imported here.
"""

from __future__ import annotations

import pickle
import resource
import sys
from io import BytesIO
from typing import Any

MOST_CELLS = 1_500_000


def cells_of(content: bytes) -> list[dict[str, Any]]:
    """Every visible sheet with its size; its cells too, unless they are more than anybody reads."""
    import python_calamine as calamine  # here, because the limits come first

    book = calamine.CalamineWorkbook.from_filelike(BytesIO(content))
    names = [one.name for one in book.sheets_metadata if one.visible == calamine.SheetVisibleEnum.Visible]
    return [_sheet(book.get_sheet_by_name(name)) for name in names]


def _sheet(sheet: Any) -> dict[str, Any]:
    few = sheet.total_height * sheet.total_width <= MOST_CELLS
    return {
        "name": sheet.name,
        "height": sheet.total_height,
        "width": sheet.total_width,
        "grid": sheet.to_python(skip_empty_area=False) if few else [],
        "merged": sheet.merged_cell_ranges or [],
    }


def main() -> None:
    """Set the limits, read, and hand the cells over."""
    megabytes, seconds = (int(number) for number in sys.argv[1:3])
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(pickle.dumps(cells_of(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
