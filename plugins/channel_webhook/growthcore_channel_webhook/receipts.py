"""What a receiver's answer means for a message."""

from __future__ import annotations

from growthcore.api import ConfigError, Outcome, Receipt
from growthcore_channel_webhook.client import Answer

_ABOUT_ALL = frozenset({"unreachable", "http_429", "http_503"})
_MISCONFIGURED = {
    401: "The receiver does not accept the signature. Give both sides the same secret.",
    403: "The receiver forbids the request. Check the secret and what it lets in.",
    404: "There is no receiver at this address. Check the address.",
    405: "What is at this address takes no POST. Check the address.",
    410: "The receiver is gone for good. Give another address, or switch the account off.",
}


def receipt_of(answer: Answer) -> Receipt:
    """The receipt for an answer.

    Raises :class:`ConfigError` for those that need a person. What went wrong on the receiver's side
    is tried again, whether or not it took the message: it knows the reference again.
    """
    status, reason = answer.status, f"http_{answer.status}"
    if 200 <= status < 300:
        return Receipt.accepted()
    if status in (408, 425, 429) or status >= 500:
        return Receipt.retry(reason, after=answer.wait)
    if status < 400:
        raise ConfigError(
            f"The receiver redirects ({status}), which is not followed. Give the final address."
        )
    if status in _MISCONFIGURED:
        raise ConfigError(_MISCONFIGURED[status])
    return Receipt.rejected(reason)


def is_about_all(receipt: Receipt) -> bool:
    """Whether the next message would fare no better now."""
    return receipt.outcome is Outcome.RETRY and receipt.reason in _ABOUT_ALL
