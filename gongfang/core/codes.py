"""Numbers that check themselves: identity cards, labels, bank cards, phones, credit codes.

A wrong number raises `WrongCode` with a sentence. The sentence never repeats the number: it may be somebody's
identity, and sentences end up in logs, sheets and screenshots.
"""

from __future__ import annotations

import re
import secrets
import string
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Sex = Literal["female", "male"]

# GB 11643-1999: the weight of a place is 2 to the power of its distance from the check digit, modulo 11.
_ID_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_ID_CHECKS = "10X98765432"

# ISO 7064 MOD 37,36 runs over these 36; GB 32100 leaves out the letters that look like digits.
_ALNUM = string.digits + string.ascii_uppercase
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

# 32 signs of 5 bits: read over the phone or by worn eyes, I, L, O and U are taken for 1, 1, 0 and V.
_LABEL = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LABEL_SIGNS = 16
_LOOKALIKES = str.maketrans("ILO", "110")
LABEL_LENGTH = _LABEL_SIGNS + 1

_SEPARATORS = re.compile(r"[\s\-‐-―−_·.]+")


class WrongCode(ValueError):  # noqa: N818 -- an answer to a person, like Refused
    """A number that cannot be right; `sentence` says what to look at."""

    def __init__(self, sentence: str | _StrPromise) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True)
class IdNumber:
    """A checked identity number and what it says; the number itself stays out of every repr."""

    text: str = field(repr=False)
    place: str
    born: date
    sex: Sex


def normalised(text: str) -> str:
    """The text in half-width capitals without blanks and separators, as a machine would have typed it."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def id_number(text: str, *, today: date) -> IdNumber:
    """Read an 18-digit identity number, checking its check digit and its date of birth."""
    number = normalised(text)
    if len(number) != 18:
        raise WrongCode(_("An ID number has 18 characters. Count them on the card and enter all of them."))
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise WrongCode(
            _("An ID number has only digits, and an X at most at its end. Compare it with the card.")
        )
    if _id_check(number) != number[17]:
        raise WrongCode(_("This ID number does not check: a digit is wrong. Compare it with the card."))
    sex: Sex = "male" if int(number[16]) % 2 else "female"
    return IdNumber(text=number, place=number[:6], born=_born(number, today), sex=sex)


def _id_check(number: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number[:17], strict=True))
    return _ID_CHECKS[total % 11]


def _born(number: str, today: date) -> date:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise WrongCode(
            _("This ID number names a day that does not exist. Compare it with the card.")
        ) from None
    if born > today:
        raise WrongCode(_("This ID number names a birthday in the future. Compare it with the card."))
    return born


def seal(code: str) -> str:
    """The code with its ISO 7064 MOD 37,36 check character behind it."""
    return code + _ALNUM[(37 - _product(code)) % 36]


def opens(code: str) -> bool:
    """Whether the last character of the code is the right check character for the rest."""
    if len(code) < 2 or any(sign not in _ALNUM for sign in code):
        return False
    return seal(code[:-1]) == code


def _product(code: str) -> int:
    product = 36
    for sign in code:
        product = (product + _ALNUM.index(sign)) % 36 or 36
        product = product * 2 % 37
    return product


def new_label() -> str:
    """A fresh label: 80 random bits and a check character, all fit for a QR code's alphanumeric mode."""
    while True:
        label = seal("".join(secrets.choice(_LABEL) for _sign in range(_LABEL_SIGNS)))
        # A check character that could be misread is drawn anew; it costs a sixth of a bit.
        if label[-1] in _LABEL:
            return label


def label(text: str) -> str:
    """Read a label as typed or scanned, forgiving case, blanks and look-alike letters."""
    code = normalised(text).translate(_LOOKALIKES)
    if len(code) != LABEL_LENGTH or not opens(code):
        raise WrongCode(_("This is not one of our labels, or a character is wrong. Scan it again."))
    return code


def bank_card(text: str) -> str:
    """Read a bank card number: 12 to 19 digits that pass the Luhn check."""
    number = normalised(text)
    if not re.fullmatch(r"[0-9]{12,19}", number):
        raise WrongCode(_("A bank card number has 12 to 19 digits. Enter all digits on the card."))
    if not _luhn(number):
        raise WrongCode(_("This card number does not check: a digit is wrong. Compare it with the card."))
    return number


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def mobile(text: str) -> str:
    """Read a mainland mobile number as its 11 digits, with or without the country code."""
    number = re.sub(r"^(\+|00)?86(?=1)", "", normalised(text))
    if not re.fullmatch(r"1[3-9][0-9]{9}", number):
        raise WrongCode(_("A mobile number has 11 digits and begins with 13 to 19. Ask for it again."))
    return number


def credit_code(text: str) -> str:
    """Read a unified social credit code of 18 characters (GB 32100)."""
    code = normalised(text)
    if len(code) != 18 or any(sign not in _CREDIT for sign in code):
        raise WrongCode(
            _("A credit code has 18 digits and capitals without I, O, S, V, Z. Look at the licence.")
        )
    total = sum(weight * _CREDIT.index(sign) for weight, sign in zip(_CREDIT_WEIGHTS, code[:17], strict=True))
    if _CREDIT[-total % 31] != code[17]:
        raise WrongCode(_("This credit code does not check: a sign is wrong. Compare it with the licence."))
    return code
