"""What a status code of a bounce means for the address (RFC 3463). Nothing of GrowthCore.

Permanent says of a message only that repeating it does not help. Whether the address is to blame is told
by what follows: a full mailbox, a message too large or one taken for spam say nothing against it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_CODE = re.compile(r"(?<![\d.])([245])\.([0-7])\.(\d{1,3})(?![\d.])")
# At the beginning, or behind what quotes a server: elsewhere such a number may count anything.
_REPLY = re.compile(r"(?:^\s*|[:>(]\s?|said\s)([45])(\d\d)(?=[ -])", re.MULTILINE)
_BY_REPLY = {"550": "5.0.0", "551": "5.0.0", "552": "5.2.2", "553": "5.0.0"}

_DEAD = {
    (1, 0): "mailbox_unknown",
    (1, 1): "mailbox_unknown",
    (1, 2): "domain_unknown",
    (1, 3): "address_invalid",
    (1, 4): "mailbox_unknown",
    (1, 6): "mailbox_moved",
    (1, 9): "domain_unknown",
    (1, 10): "mailbox_unknown",
    (2, 1): "mailbox_disabled",
    (4, 4): "domain_unknown",
    (4, 310): "domain_unknown",
}
_SOFT = {(2, 2): "mailbox_full", (2, 3): "too_large", (3, 4): "too_large", (4, 7): "expired"}
_SOFT_SUBJECT = {2: "mailbox_trouble", 3: "system_trouble", 4: "unreachable", 6: "message_refused",
                 7: "blocked"}  # fmt: skip


class Verdict(NamedTuple):
    """Whether an address takes nothing any more, and a short code that says why."""

    hard: bool
    reason: str


def verdict(code: str) -> Verdict:
    """What a code such as ``5.1.1`` means; of ``5.0.0`` nothing more is known than that it is for good."""
    family, subject, detail = (int(part) for part in code.split("."))
    if family == 5 and (subject, detail) in _DEAD:
        return Verdict(True, _DEAD[subject, detail])
    if family == 5 and subject == 0:
        return Verdict(True, "refused")
    soft = _SOFT.get((subject, detail)) or _SOFT_SUBJECT.get(subject)
    return Verdict(False, soft or ("message_refused" if family == 5 else "deferred"))


def code_of(status: str, words: str) -> str | None:
    """The code that says most: of the status field, else of the server's own words.

    A reply without such a code, as ``550 User unknown``, stands for the one nearest to it. None where
    nothing holds either.
    """
    told = _CODE.search(status)
    if told and told[2] != "0":
        return told[0]
    if said := next((each for each in _CODE.finditer(words) if each[1] != "2"), None):
        return said[0]
    if reply := _REPLY.search(words):
        return _BY_REPLY.get(reply[1] + reply[2], f"{reply[1]}.5.0")
    return told[0] if told else None
