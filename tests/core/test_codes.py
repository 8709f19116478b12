import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongfang.core import codes

TODAY = date(2026, 5, 9)
SU_WEN = "11010519491231002X"  # the standard's own example
LI_MING = "34052419800101001X"


@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [(SU_WEN, date(1949, 12, 31), "female"), (LI_MING, date(1980, 1, 1), "male")],
)
def test_an_id_number_tells_place_birth_and_sex(number, born, sex):
    read = codes.id_number(number, today=TODAY)
    assert (read.text, read.place, read.born, read.sex) == (number, number[:6], born, sex)


@pytest.mark.parametrize(
    "messy", ["11010519491231002x", "１１０１０５１９４９１２３１００２ｘ", " 110105 19491231 002X\n"]
)
def test_an_id_number_may_be_typed_in_full_width_or_with_blanks(messy):
    assert codes.id_number(messy, today=TODAY).text == SU_WEN


def test_an_id_number_stays_out_of_its_repr():
    assert SU_WEN not in repr(codes.id_number(SU_WEN, today=TODAY))


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("110105194912310", "18 characters"),
        ("", "18 characters"),
        ("1101051949123100AX", "only digits"),
        ("X1010519491231002X", "only digits"),
        ("110105194912310021", "does not check"),
        ("11010519491331002" + codes._id_check("11010519491331002"), "does not exist"),
        ("11010519490229002" + codes._id_check("11010519490229002"), "does not exist"),
        ("11010520260510002" + codes._id_check("11010520260510002"), "in the future"),
    ],
)
def test_a_wrong_id_number_is_refused_with_its_reason_and_without_the_number(number, word):
    with pytest.raises(codes.WrongCode, match=word) as refused:
        codes.id_number(number, today=TODAY)
    assert not number or number not in str(refused.value)


def test_somebody_born_today_has_an_id_number():
    body = f"330727{TODAY:%Y%m%d}001"
    assert codes.id_number(body + codes._id_check(body), today=TODAY).born == TODAY


@given(st.integers(0, 999_999), st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999))
def test_every_well_formed_id_number_is_read_back(place, born, order):
    body = f"{place:06}{born:%Y%m%d}{order:03}"
    read = codes.id_number(body + codes._id_check(body), today=TODAY)
    assert (read.born, read.sex) == (born, "male" if order % 2 else "female")


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes_as_an_id_number(born, place, shift):
    body = f"330727{born:%Y%m%d}123"
    whole = body + codes._id_check(body)
    wrong = whole[:place] + str((int(whole[place]) + shift) % 10) + whole[place + 1 :]
    with pytest.raises(codes.WrongCode, match="does not check"):
        codes.id_number(wrong, today=TODAY)


@given(st.text())
def test_no_text_at_all_breaks_a_reader(text):
    readers = [codes.label, codes.bank_card, codes.mobile, codes.credit_code]
    for read in [*readers, lambda number: codes.id_number(number, today=TODAY)]:
        with contextlib.suppress(codes.WrongCode):
            assert read(text)


def test_the_standards_own_example_opens():
    # ISO/IEC 7064, MOD 37,36.
    assert codes.seal("A12425GABC1234002") == "A12425GABC1234002M"
    assert codes.opens("A12425GABC1234002M")


ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@given(st.text(ALNUM, min_size=1, max_size=30), st.data())
def test_a_sealed_code_opens_and_one_wrong_sign_does_not(code, data):
    sealed = codes.seal(code)
    assert codes.opens(sealed)
    place = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(st.sampled_from(ALNUM).filter(lambda sign: sign != sealed[place]))
    assert not codes.opens(sealed[:place] + other + sealed[place + 1 :])


@pytest.mark.parametrize("code", ["", "A", "a12425gabc1234002m", "A 2", "纸"])
def test_what_is_no_code_does_not_open(code):
    assert not codes.opens(code)


def test_labels_differ_and_hold_no_sign_that_is_taken_for_another():
    labels = {codes.new_label() for _ in range(2_000)}
    assert len(labels) == 2_000
    assert {len(label) for label in labels} == {codes.LABEL_LENGTH}
    assert not set("".join(labels)) & set("ILOU")
    assert all(codes.label(label) == label for label in labels)


def test_a_label_read_aloud_is_still_our_label():
    fresh = next(label for label in iter(codes.new_label, None) if "0" in label and "1" in label)
    spoken = fresh.lower().replace("0", "o").replace("1", "l")
    assert codes.label(f"{spoken[:6]} {spoken[6:12]}-{spoken[12:]}") == fresh


def test_a_strange_label_is_refused():
    fresh = codes.new_label()
    other = "B" if fresh[0] == "A" else "A"
    for strange in (other + fresh[1:], fresh[:-1], codes.seal("SHORT"), ""):
        with pytest.raises(codes.WrongCode, match="not one of our labels"):
            codes.label(strange)


def test_a_bank_card_is_read_with_its_blanks():
    assert codes.bank_card("４５３９ 1488 0343 6467") == "4539148803436467"


@pytest.mark.parametrize(
    ("card", "word"),
    [("4539148803436468", "does not check"), ("45391488", "12 to 19"), ("4539-1488-0343-646X", "12 to 19")],
)
def test_a_wrong_bank_card_is_refused(card, word):
    with pytest.raises(codes.WrongCode, match=word):
        codes.bank_card(card)


@pytest.mark.parametrize(
    "typed",
    [
        "13812345678",
        "138 1234 5678",
        "+86 138-1234-5678",
        "008613812345678",
        "8613812345678",
        "１３８１２３４５６７８",
    ],
)
def test_a_mobile_number_is_its_eleven_digits(typed):
    assert codes.mobile(typed) == "13812345678"


@pytest.mark.parametrize(
    "typed", ["12812345678", "1381234567", "138123456789", "0579-84661234", "+1 202 555 0100", ""]
)
def test_what_is_no_mobile_number_is_refused(typed):
    with pytest.raises(codes.WrongCode, match="11 digits"):
        codes.mobile(typed)


def test_a_credit_code_is_checked():
    # The example of GB 32100-2015.
    assert codes.credit_code("91350100m000100y43") == "91350100M000100Y43"
    with pytest.raises(codes.WrongCode, match="does not check"):
        codes.credit_code("91350100M000100Y44")
    with pytest.raises(codes.WrongCode, match="without I, O"):
        codes.credit_code("91350100M000100I43")


def test_tomorrows_child_has_no_id_number_yet():
    born = TODAY + timedelta(days=1)
    body = f"330727{born:%Y%m%d}002"
    with pytest.raises(codes.WrongCode, match="in the future"):
        codes.id_number(body + codes._id_check(body), today=TODAY)
