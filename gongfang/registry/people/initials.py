"""Pinyin initials of names, so that 王芳 is found by typing wf.

`initials.txt` follows GB 2312: a line for each of its rows 16 to 87, a letter for each of its 94 cells.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FIRST_ROW, _FIRST_CELL = 0xB0, 0xA1

# Family names that are read otherwise than the character usually is.
_FAMILY = dict(zip("曾单解仇查覃区朴盖尉缪冼翟种乐", "ZSXQZQOPGYMXZCY", strict=True))
# Characters of given names that GB 2312 leaves out.
_GIVEN = dict(
    zip(
        "玥喆堃祎翀旻燚犇昉晞珺镕昇祐彧禤垚曌珮琍璟璠瑀瑄皞禛芃衎赟頔",
        "YZKYCMYBFXJRSYYXYZPLJFYXHZPKYD",
        strict=True,
    )
)


def initials(name: str) -> str:
    """Return the first letter of each syllable of a name; letters stay, unknown signs are left out."""
    family = _FAMILY.get(name[:1])
    letters = [_letter(sign) for sign in name]
    if family:
        letters[0] = family
    return "".join(letters)[:20]


def _letter(sign: str) -> str:
    if sign.isascii():
        return sign.upper() if sign.isalnum() else ""
    try:
        row, cell = sign.encode("gb2312")
    except UnicodeEncodeError:
        return _GIVEN.get(sign, "")
    if row < _FIRST_ROW:
        return ""
    return _lines()[row - _FIRST_ROW][cell - _FIRST_CELL].strip("-")


@cache
def _lines() -> tuple[str, ...]:
    return tuple(Path(__file__).with_name("initials.txt").read_text(encoding="ascii").splitlines())
