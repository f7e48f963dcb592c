"""Handing a batch over: what becomes of each recipient, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from growthcore.api import (
    ConfigError,
    GrowthCoreError,
    Outcome,
    OutgoingMessage,
    Receipt,
    RetryableError,
)
from growthcore_channel_kakao_ncp import codes
from growthcore_channel_kakao_ncp.client import Refused, Unreadable
from growthcore_channel_kakao_ncp.codes import Meaning
from growthcore_channel_kakao_ncp.explaining import explained
from growthcore_channel_kakao_ncp.hours import until_open
from growthcore_channel_kakao_ncp.messages import Message

KOREA = "+82"
_MAY_BE_THERE = (Outcome.ACCEPTED, Outcome.UNCERTAIN)
_NOT_THE_RECIPIENT = 5
"""When so many are refused one by one, and nobody was taken, it is not about any of them."""


class Rendered(Protocol):
    """A message as a channel of this plugin renders it."""

    @property
    def template(self) -> str:
        """What the messages of one request share."""

    @property
    def body(self) -> Mapping[str, Any]:
        """The recipient's part of the request, but for the number."""

    @property
    def problem(self) -> str | None:
        """Why it must not go."""


class Item(NamedTuple):
    """A message that may go: its place in the batch, and its part of the request."""

    place: int
    template: str
    body: Mapping[str, Any]


Post = Callable[[str, Sequence[Mapping[str, Any]]], Sequence[Message]]
"""Hands messages of one template over; one element a message comes back, not surely in order."""


def domestic(address: str) -> str | None:
    """A Korean number as SENS takes it, 01012345678; None for what is none."""
    digits = address.removeprefix(KOREA)
    is_korean = address.startswith(KOREA) and digits.isascii() and digits.isdecimal()
    return f"0{digits}" if is_korean and 8 <= len(digits) <= 11 else None


def receipt_of(message: Message, now: datetime) -> Receipt:
    """What an element of an answer means for its recipient."""
    if message.accepted:
        return Receipt.accepted(message.id)
    code = message.request_code or "refused"
    meaning = codes.meaning(code)
    if meaning in (Meaning.TRANSIENT, Meaning.HOURS):
        after = until_open(now) if meaning is Meaning.HOURS else None
        return Receipt.retry(code, message.request_desc, after=after)
    return Receipt.rejected(code, message.request_desc)


class HandOver:
    """One batch. A request that SENS refuses whole is halved, so that one bad recipient costs nobody."""

    def __init__(self, batch: Sequence[OutgoingMessage], post: Post, now: datetime) -> None:
        self._post = post
        self._now = now
        numbers = [domestic(message.address) for message in batch]
        self._receipts = list(map(_own, batch, numbers))
        self._groups = _groups(batch, numbers, self._receipts)
        self._handed = False
        self._bad = 0

    def receipts(self) -> list[Receipt]:
        """One a message, in order. Raises only when nothing of the batch was handed over."""
        while self._groups:
            group = self._groups.pop(0)
            try:
                self._told(group, self._post(group[0].template, [each.body for each in group]))
            except Refused as refused:
                self._refused(group, refused)
            except RetryableError as error:
                self._stop(group, error, Receipt.retry("unreachable", after=error.after))
            except (ConnectionError, Unreadable):
                self._uncertain(group, "answer_lost")
        return [each or Receipt.uncertain("not_answered") for each in self._receipts]

    def _told(self, group: list[Item], told: Sequence[Message]) -> None:
        """Write down what was answered; an element belongs to who has its number, text and place."""
        answers = _matched(group, told)
        refused = [each for each in answers if each and not each.accepted]
        if len(refused) == len(group) and all(_is_configuration(each) for each in refused):
            text = (
                f"KakaoTalk refuses every message ({refused[0].request_code}). Check the channel."
            )
            self._stop(group, ConfigError(text), Receipt.retry("account"))
            return
        missing = Receipt.uncertain("not_answered")
        for item, answer in zip(group, answers, strict=True):
            receipt = receipt_of(answer, self._now) if answer else missing
            self._receipts[item.place] = receipt
            self._handed |= receipt.outcome in _MAY_BE_THERE

    def _refused(self, group: list[Item], refused: Refused) -> None:
        if refused.status >= 500:
            # The gateway may have handed the request on before it gave up.
            self._uncertain(group, f"http_{refused.status}")
        elif refused.status not in (400, 413):
            error = explained(refused)
            reason = "account" if isinstance(error, ConfigError) else f"http_{refused.status}"
            self._stop(group, error, Receipt.retry(reason, after=refused.wait))
        elif len(group) > 1:
            half = len(group) // 2
            self._groups[:0] = [group[:half], group[half:]]
        elif self._bad + 1 == _NOT_THE_RECIPIENT and not self._handed:
            self._stop(group, explained(refused), Receipt.retry("account"))
        else:
            self._bad += 1
            rejected = Receipt.rejected(f"http_{refused.status}", refused.details)
            self._receipts[group[0].place] = rejected

    def _uncertain(self, group: Sequence[Item], reason: str) -> None:
        self._handed = True
        for item in group:
            self._receipts[item.place] = Receipt.uncertain(reason)

    def _stop(self, group: list[Item], error: GrowthCoreError, receipt: Receipt) -> None:
        """Nothing more can go now: raise, or have the rest come again where something went."""
        if not self._handed:
            raise error
        for item in (item for each in (group, *self._groups) for item in each):
            self._receipts[item.place] = receipt
        self._groups.clear()


def _own(message: OutgoingMessage, number: str | None) -> Receipt | None:
    """What we know ourselves without asking."""
    rendered: Rendered = message.rendered
    if rendered.problem:
        return Receipt.rejected(rendered.problem)
    return None if number else Receipt.rejected("number_not_korean")


def _groups(
    batch: Sequence[OutgoingMessage],
    numbers: Sequence[str | None],
    receipts: Sequence[Receipt | None],
) -> list[list[Item]]:
    groups: dict[str, list[Item]] = {}
    for place, message in enumerate(batch):
        if receipts[place] is None:
            rendered: Rendered = message.rendered
            body = {"countryCode": "82", "to": numbers[place], **rendered.body}
            groups.setdefault(rendered.template, []).append(Item(place, rendered.template, body))
    return list(groups.values())


def _matched(group: Sequence[Item], told: Sequence[Message]) -> list[Message | None]:
    """The element of each item; those without one of their number get None."""
    if len(told) == len(group) and all(map(_same_text, group, told)):
        return list(told)  # In order, as usual.
    left = dict(enumerate(told))
    found: dict[int, Message] = {}
    for is_its in (_same_text, _same_number):
        for place, item in enumerate(group):
            if place in found:
                continue
            # Most are in order, so that its own place is looked at before all others.
            places = [place, *left] if place in left else left
            at = next((at for at in places if is_its(item, left[at])), None)
            if at is not None:
                found[place] = left.pop(at)
    return [found.get(place) for place in range(len(group))]


def _same_number(item: Item, told: Message) -> bool:
    return bool(told.to == item.body["to"])


def _same_text(item: Item, told: Message) -> bool:
    body = item.body
    return bool(told.to == body["to"] and told.content == body.get("content"))


def _is_configuration(message: Message) -> bool:
    return codes.meaning(message.request_code) is Meaning.CONFIGURATION
