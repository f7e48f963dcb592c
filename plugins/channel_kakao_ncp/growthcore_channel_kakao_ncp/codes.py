"""What became of a KakaoTalk message: ``messageStatusCode``, ``requestStatusCode`` and their meaning.

Kakao's codes as docs.nhncloud.com (KakaoTalk Bizmessage, "Error Code") lists them for the same back
end; SENS says 0000 where that list says 1000. Codes that begin with B are SENS's own refusals.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

DELIVERED = "0000"


class Meaning(StrEnum):
    """What a code means for the message, or for everybody's."""

    DELIVERED = "delivered"
    UNKNOWN = "unknown"  # The end is not known yet: ask again, never send again.
    CONFIGURATION = "configuration"  # Nothing goes until a person changes something.
    RECIPIENT = "recipient"  # This person can't be reached this way.
    MESSAGE = "message"  # This text will never be taken.
    TRANSIENT = "transient"
    HOURS = "hours"  # Outside the hours in which Kakao delivers.


_CODES: Mapping[Meaning, str] = {
    Meaning.DELIVERED: "0000",
    Meaning.UNKNOWN: "3005 4000 4001",
    Meaning.CONFIGURATION: "1001 1002 1003 1006 1007 1011 1021 1022 1023 1024 1025 3015 3050",
    Meaning.RECIPIENT: "1020 2003 3008 3018 3019 3020 3021",
    Meaning.MESSAGE: "1030 3010 3011 3013 3014 3016 3023 3024 3025 3026 3027 3028 3029 3030 3031 3032"
    " 3033 3034 3035 3036 3037 3038 3039 3040 3042",
    Meaning.TRANSIENT: "2001 3000 3006 3012 9998 9999 B004",
    Meaning.HOURS: "3022",
}
_MEANINGS = {code: meaning for meaning, codes in _CODES.items() for code in codes.split()}


def meaning(code: str) -> Meaning:
    """What a code means; an unknown one is about this message alone."""
    return _MEANINGS.get(code, Meaning.MESSAGE)


def goes_on_as_text(code: str) -> bool:
    """Whether a message that failed so is handed on as a text message, if that is switched on."""
    return not code.startswith("B") and meaning(code) is not Meaning.DELIVERED
