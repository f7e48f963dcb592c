"""What a server's answers mean for messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from growthcore.api import ConfigError, Receipt
from growthcore_channel_email_smtp.smtp import LOGIN_WANTED, Answer, Status, Step
from growthcore_channel_email_smtp.wire import Reply

_QUEUE_ID = re.compile(rb"(?:queued as|\bid)[ =:]+<?([A-Za-z0-9._-]+)", re.IGNORECASE)
_DEAD = frozenset({"mailbox_unknown", "mailbox_disabled"})
# Of 5.1.x, these two are about the sender, though it is the recipient that is refused with them.
_ABOUT_SENDER = frozenset({"5.1.7", "5.1.8"})


def receipts_of(answers: Sequence[Answer]) -> list[Receipt]:
    """A receipt for each answer, in order.

    Raises :class:`ConfigError` when the server wanted a login before it took anything.
    """
    wanted = next((each.reply for each in answers if _wants_login(each.reply)), None)
    taken = any(each.status in (Status.ACCEPTED, Status.UNKNOWN) for each in answers)
    if wanted and not taken:
        raise ConfigError(
            f"The mail server wants a login: {wanted}. Check the user name, password and "
            "encryption of the account."
        )
    return [_receipt(answer) for answer in answers]


def _receipt(answer: Answer) -> Receipt:
    reply = answer.reply
    if answer.status is Status.ACCEPTED:
        return Receipt.accepted(_queue_id(reply))
    detail = str(reply) if reply else None
    match answer.status:
        case Status.UNKNOWN:
            return Receipt.uncertain("connection_lost")
        case Status.REJECTED if not _wants_login(reply):
            reason = _refused(answer)
            return Receipt.rejected(reason, detail, bounced=reason in _DEAD)
        case _:
            return Receipt.retry("deferred" if reply else "connection_lost", detail)


def _refused(answer: Answer) -> str:
    """The reason of a refusal for good: only RCPT is about the recipient."""
    if answer.step is not Step.RECIPIENT:
        return "message_refused"
    enhanced = (answer.reply.enhanced if answer.reply else None) or ""
    if enhanced.startswith("5.1.") and enhanced not in _ABOUT_SENDER:
        return "mailbox_unknown"
    return "mailbox_disabled" if enhanced == "5.2.1" else "refused"


def _wants_login(reply: Reply | None) -> bool:
    return reply is not None and reply.code in LOGIN_WANTED


@lru_cache(maxsize=256)
def _queue_id(reply: Reply | None) -> str | None:
    """The number under which the server knows the message, else its words, often everybody's."""
    if reply is None:
        return None
    found = _QUEUE_ID.search(b" ".join(reply.raw))
    return found[1].decode("ascii") if found else reply.text or None
