"""Korean telephone numbers as Cafe24 and people write them."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

_KOREA = "KR"
_CODE = 82


def recipient(address: str) -> str | None:
    """An E.164 number as Cafe24 wants it, ``010-1234-5678``; None when it is no Korean number."""
    try:
        number = phonenumbers.parse(address, None)
    except NumberParseException:
        return None
    if number.country_code != _CODE or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)


def hyphenated(written: str) -> str:
    """A number however it is written, as ``02-123-4567`` or ``1588-0000``; itself when it is none."""
    try:
        number = phonenumbers.parse(written, _KOREA)
    except NumberParseException:
        return written
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)


def digits(written: str) -> str:
    """Only the digits of it."""
    return "".join(each for each in written if each.isascii() and each.isdigit())
