"""What the law asks an advertising text to say, put where it wants it.

"(광고)" first and the sender's name after it, the way to refuse free of charge at the end
(정보통신망법 article 50 (4) and its decree's table 6). The sending number is the shop's registered
one, so that it serves as the contact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from growthcore.api import Notice
from growthcore_channel_sms_cafe24.phones import digits

LABEL = "(광고)"
# The law wants exactly LABEL; these are how people try to hide it from filters.
_DISGUISED = re.compile(r"[\[({<（［【〔]\s*광[\s/.·,_-]*고\s*[\])}>）］】〕]")


def is_disguised(text: str, label: str = LABEL, forbidden: Sequence[str] = ()) -> bool:
    """Whether a text begins with what looks like the label and is none."""
    begin = text.lstrip()
    if begin.startswith(label):
        return False
    return bool(_DISGUISED.match(begin)) or begin.startswith(tuple(forbidden))


def advertised(text: str, notice: Notice, number: str) -> str:
    """The text with all that is missing; what the writer has put there is not doubled.

    ``number`` is the one to refuse by, in digits.
    """
    return _with_opt_out(_with_sender(text, notice), opt_out(notice, number), number)


def opt_out(notice: Notice | None, number: str) -> str:
    """The line that tells how to refuse."""
    if notice and notice.opt_out and digits(notice.opt_out_number or "") == number:
        return notice.opt_out
    return f"무료수신거부 {number}"


def _with_sender(text: str, notice: Notice) -> str:
    rest = text.lstrip().removeprefix(notice.label).lstrip()
    sender, after = notice.sender.strip(), rest[len(notice.sender.strip()) :]
    named = rest.startswith(sender) and not after[:1].isalnum()
    return f"{notice.label}{rest if named else f'{sender} {rest}'}"


def _with_opt_out(text: str, line: str, number: str) -> str:
    last = text.rstrip().rpartition("\n")[2]
    told = "거부" in last and digits(last).endswith(number)
    return text.rstrip() if told else f"{text.rstrip()}\n{line}"
