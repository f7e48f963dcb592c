import pytest

from growthcore.api import AddressKind
from growthcore.customers.addresses import (
    address_hash,
    mask_email,
    mask_name,
    mask_phone,
    normalise_email,
    normalise_phone,
    written_phone,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Minji@Example.COM", "minji@example.com"),
        ("  a.b+tag@mail.example.co.kr ", "a.b+tag@mail.example.co.kr"),
        ("x@한국.kr", "x@xn--3e0b707e.kr"),
    ],
)
def test_an_email_is_kept_in_one_form(typed, kept):
    assert normalise_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "a", "@b.kr", "a@", "a@b", "a b@c.kr", ".a@b.kr", "a.@b.kr", "a..b@c.kr", "a@-b.kr",
     "a@b..kr", "a@1.2.3.4", "a@b.kr\x00", "x" * 65 + "@b.kr", "a@" + "b" * 64 + ".kr", "a@b@c kr"],
)  # fmt: skip
def test_what_is_no_email_is_refused_in_a_sentence(typed):
    with pytest.raises(ValueError, match=r"such as minji@example\.com"):
        normalise_email(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("010-1234-5678", "+821012345678"),
        ("01012345678", "+821012345678"),
        ("+82 10 1234 5678", "+821012345678"),
        ("02-312-3456", "+8223123456"),
        ("+1 202-456-1111", "+12024561111"),
    ],
)
def test_a_phone_number_is_kept_as_e164(typed, kept):
    assert normalise_phone(typed) == kept


@pytest.mark.parametrize("typed", ["", "12", "010-12", "hello", "+999123", "0" * 30])
def test_what_is_no_phone_number_is_refused_in_a_sentence(typed):
    with pytest.raises(ValueError, match="such as 010-1234-5678"):
        normalise_phone(typed)


def test_the_hash_tells_kinds_apart_and_is_short():
    assert address_hash(AddressKind.EMAIL, "x") != address_hash(AddressKind.PHONE, "x")
    assert len(address_hash(AddressKind.EMAIL, "x")) == 32


def test_masks_leave_enough_to_recognise_and_no_more():
    assert mask_name("홍길동") == "홍*동"
    assert mask_name("김수") == "김*"
    assert mask_name("남궁민수") == "남**수"
    assert mask_email("hong@example.com") == "ho***@example.com"
    assert mask_email("a@example.com") == "***@example.com"
    assert mask_phone("+821012345678") == "010-****-5678"
    assert mask_phone("+8223123456") == "02-****-3456"
    assert mask_phone("+12024561111") == "+1******1111"


def test_numbers_are_written_as_people_write_them():
    assert written_phone("+821012345678") == "010-1234-5678"
    assert written_phone("+8223123456") == "02-312-3456"
    assert written_phone("+12024561111") == "+1 202-456-1111"
