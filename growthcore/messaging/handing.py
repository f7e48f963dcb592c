"""Asking a channel to send, whatever it does."""

from __future__ import annotations

from collections.abc import Sequence

from growthcore.api import (
    Channel,
    ConfigError,
    GrowthCoreError,
    Outcome,
    OutgoingMessage,
    PermanentError,
    Receipt,
    RetryableError,
)
from growthcore.core import Core


def hand(
    core: Core, channel_id: str, channel: Channel, batch: Sequence[OutgoingMessage]
) -> tuple[Sequence[Receipt], str | None]:
    """Hand a batch over; a receipt a message, in order, and what only a person can mend, if anything.

    Reads every way in which a channel may fail.
    """
    try:
        with core.plugins.guarded("channel", channel_id):
            said = channel.send(batch)
    except ConfigError as error:
        return [Receipt.retry("account", after=0)] * len(batch), str(error)
    except RetryableError as error:
        return [Receipt.retry("unreachable", str(error), after=error.after)] * len(batch), None
    except PermanentError as error:
        return [Receipt.rejected("refused", str(error))] * len(batch), None
    except GrowthCoreError as error:
        return [Receipt.uncertain("channel_failed", str(error))] * len(batch), None
    if len(said) != len(batch):
        return [Receipt.uncertain("receipts_missing")] * len(batch), None
    return [_checked(receipt) for receipt in said], None


def _checked(receipt: object) -> Receipt:
    """What is no receipt tells nothing, so nothing is known."""
    if isinstance(receipt, Receipt) and isinstance(receipt.outcome, Outcome):
        return receipt
    return Receipt.uncertain("receipt_invalid")
