"""Handing a batch over: few requests, and what each answer means for its messages."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from growthcore.api import ConfigError, Outcome, OutgoingMessage, Receipt, RetryableError
from growthcore_channel_sms_cafe24.client import MOST_RECIPIENTS, Message, Refused, SmsApi
from growthcore_channel_sms_cafe24.composing import NO_OPT_OUT, Sms
from growthcore_channel_sms_cafe24.phones import recipient

PATIENCE = 60.0
"""Seconds after which the rest of a batch is left for later: a claim is held two minutes."""
REST = 60.0
"""Seconds for which the rest of a batch waits when Cafe24 does not say for how long."""
APPROVED = "30"
NO_NUMBER = (
    "There is no 080 number to refuse by, without which no advertising may be sent. Register one in "
    "Cafe24's SMS settings and sync the senders, or enter it in the account."
)
_ABOUT_TEXT = ("content", "title")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Messages of one request: ``places`` are theirs in the batch, in the recipients' order."""

    message: Message
    places: Sequence[int]

    def halves(self) -> tuple[Group, Group]:
        """The group in two."""
        middle = len(self.places) // 2
        return self._part(slice(middle)), self._part(slice(middle, None))

    def _part(self, part: slice) -> Group:
        message = replace(self.message, recipients=self.message.recipients[part])
        return Group(message=message, places=self.places[part])


class Handover:
    """One batch on its way."""

    def __init__(self, api: SmsApi, batch: Sequence[OutgoingMessage]) -> None:
        self._api = api
        self._receipts: dict[int, Receipt] = {}
        self._held: Receipt | None = None
        self._groups = deque(self._grouped(batch))
        self._count = len(batch)

    def run(self, now: Callable[[], float] = time.monotonic) -> list[Receipt]:
        """A receipt for each message, in order. Raises what :meth:`Channel.send` may."""
        until = now() + PATIENCE
        while self._groups:
            group = self._groups.popleft()
            if self._held is None and now() > until:
                self._held = Receipt.hold("held_back", after=0)
            self._write(group, self._held or self._sent(group))
        return [self._receipts[place] for place in range(self._count)]

    def _grouped(self, batch: Sequence[OutgoingMessage]) -> list[Group]:
        """Messages that say the same to different numbers go together, up to 100."""
        collected: dict[Sms, list[dict[str, int]]] = {}
        for place, message in enumerate(batch):
            phone, problem = recipient(message.address), message.rendered.problem
            if phone is None or problem:
                self._receipts[place] = Receipt.rejected(problem or "address_invalid")
                continue
            parts = collected.setdefault(message.rendered, [{}])
            # A number that stands twice in a request is sent to once.
            free = (each for each in parts if len(each) < MOST_RECIPIENTS and phone not in each)
            part = next(free, None)
            if part is None:
                parts.append(part := {})
            part[phone] = place
        return [_group(sms, part) for sms, parts in collected.items() for part in parts if part]

    def _write(self, group: Group, receipt: Receipt | None) -> None:
        if receipt is not None:
            self._receipts.update(dict.fromkeys(group.places, receipt))

    def _sent(self, group: Group) -> Receipt | None:
        """The receipt for a group; None when it was cut in two, to be sent one after the other."""
        try:
            return self._answered(group)
        except ConfigError:
            # It promises that nothing was taken; when something was, the next batch will raise it.
            if any(each.outcome is not Outcome.REJECTED for each in self._receipts.values()):
                return self._hold(Receipt.retry("account"))
            raise
        except RetryableError as error:
            return self._hold(Receipt.retry("unreachable", str(error), after=error.after))
        except ConnectionError:
            return self._hold(Receipt.uncertain("answer_lost"))

    def _hold(self, receipt: Receipt) -> Receipt:
        """What the rest of the batch gets instead of a request."""
        self._held = Receipt.hold("held_back", after=receipt.retry_after or REST)
        return receipt

    def _answered(self, group: Group) -> Receipt | None:
        try:
            return Receipt.accepted(self._api.send(group.message))
        except Refused as refused:
            if refused.status == 429:
                raise RetryableError("Cafe24's call limit is reached.") from refused
            if refused.status >= 500:
                raise ConnectionError(refused.message) from refused
            require_able(self._api, group.message, refused)
            if len(group.places) > 1 and not any(each in refused.message for each in _ABOUT_TEXT):
                self._groups.extendleft(reversed(group.halves()))
                return None
            return Receipt.rejected(f"http_{refused.status}", refused.message)


def require_opt_out(batch: Sequence[OutgoingMessage]) -> None:
    """Raise :class:`ConfigError` when advertising has no number to refuse by."""
    if any(message.rendered.problem == NO_OPT_OUT for message in batch):
        raise ConfigError(NO_NUMBER)


def require_able(api: SmsApi, message: Message, refused: Refused) -> None:
    """Raise :class:`ConfigError` when a refusal is about the account, not the message.

    Looked up, because Cafe24 does not document the words it refuses with.
    """
    if refused.status == 404:
        raise ConfigError("This mall has no SMS. Cafe24 offers it in Korean malls only.")
    try:
        credit = api.credit()
        states = {str(each.get("sender_no")): each.get("auth_status") for each in api.senders()}
    except Refused:
        return
    left = credit.sms if message.kind == "SMS" else credit.lms
    if left < len(message.recipients):
        raise ConfigError(
            f"The mall's SMS credit is used up: it is enough for {left} {message.kind} messages. "
            "Charge it at Cafe24, then resume."
        )
    if states.get(str(message.sender_no)) != APPROVED:
        raise ConfigError(
            "The sending number is no longer approved at Cafe24. Sync the senders and choose another."
        )


def _group(sms: Sms, places: dict[str, int]) -> Group:
    message = Message(
        sender_no=int(sms.sender),
        kind=sms.kind,
        text=sms.text,
        title=sms.title,
        recipients=tuple(places),
    )
    return Group(message=message, places=tuple(places.values()))
