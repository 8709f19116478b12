"""How numbers, days and people are written on every screen and sheet."""

import re
from datetime import date, datetime

from django.utils import timezone
from django.utils.dateformat import format as write
from django.utils.translation import ngettext, pgettext

from gongfang.core.money import HAO_PER_FEN, HAO_PER_YUAN

DASH = "—"
MINUS = "−"


def yuan(hao: int | None) -> str:
    """Write an amount of money in whole fen, never more than is there."""
    if hao is None:
        return DASH
    fen = abs(hao) // HAO_PER_FEN
    sign = MINUS if hao < 0 and fen else ""
    return f"{sign}¥{fen // 100:,}.{fen % 100:02}"


def rate(hao: int | None) -> str:
    """Write a rate a piece in yuan with as many decimals as it has, up to four."""
    if hao is None:
        return DASH
    whole, rest = divmod(abs(hao), HAO_PER_YUAN)
    decimals = f"{rest:04}".rstrip("0")
    sign = MINUS if hao < 0 else ""
    return f"{sign}{whole:,}.{decimals}" if decimals else f"{sign}{whole:,}"


def number(count: int | None) -> str:
    """Write a whole number with thousands separators."""
    if count is None:
        return DASH
    return f"{count:,}".replace("-", MINUS)


def pieces(count: int | None) -> str:
    """Write a number of pieces with its unit."""
    if count is None:
        return DASH
    return ngettext("%(count)s piece", "%(count)s pieces", count) % {"count": number(count)}


def day(when: date | None) -> str:
    """Write a day without its year: 18 September."""
    if when is None:
        return DASH
    return write(_local(when), pgettext("a day as Django formats it, without the year", "j F"))


def full_day(when: date | None) -> str:
    """Write a day with its year: 18 September 2026."""
    if when is None:
        return DASH
    return write(_local(when), pgettext("a day as Django formats it, with the year", "j F Y"))


def moment(when: datetime | None) -> str:
    """Write a moment in the county's time zone: 18 September 14:05."""
    if when is None:
        return DASH
    return f"{day(when)} {_local(when):%H:%M}"


def masked(text: str | None) -> str:
    """Hide the middle of a name, telephone, identity or account number."""
    if not text:
        return DASH
    if re.fullmatch(r"\d{11}", text):
        return f"{text[:3]}****{text[-4:]}"
    if re.fullmatch(r"\d{17}[\dX]", text):
        return f"{text[:6]}********{text[-4:]}"
    if re.fullmatch(r"\d{12,}", text):
        return f"**** **** {text[-4:]}"
    return _masked_name(text)


def telephone(text: str) -> str:
    """Group a telephone number so that it can be read out."""
    if re.fullmatch(r"1\d{10}", text):
        return f"{text[:3]} {text[3:7]} {text[7:]}"
    return re.sub(r"^(010|02\d|0\d{3})(\d{7,8})$", r"\1-\2", text)


def _masked_name(name: str) -> str:
    if len(name) <= 2:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def _local(when: date) -> date:
    if isinstance(when, datetime) and timezone.is_aware(when):
        return timezone.localtime(when)
    return when
