"""Asking SENS afterwards: what was taken, and what arrived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from growthcore.api import Delivery, Handed, Log, Receipt, Report, RetryableError
from growthcore_channel_kakao_ncp import codes, sms
from growthcore_channel_kakao_ncp.client import Refused, Sens, Unreadable
from growthcore_channel_kakao_ncp.codes import Meaning
from growthcore_channel_kakao_ncp.handing import domestic, receipt_of
from growthcore_channel_kakao_ncp.messages import Failover, Message

ALIMTALK = "ALIMTALK"
_AROUND = timedelta(minutes=6)
"""The gateway takes requests whose clock is 5 minutes off; one took at most seconds to arrive."""
_CERTAIN = timedelta(minutes=2)
"""After so long, what SENS does not list it has not taken."""
_KEPT = timedelta(days=29)
"""SENS lists a message for 30 days; afterwards not to be listed means nothing."""
_FAILOVER_BEGINS = timedelta(hours=1)
"""A text message that was not begun so long after the failure is not going to be."""
_UNAVAILABLE = (Refused, Unreadable, ConnectionError, RetryableError)


def settled(
    sens: Sens, channel: str, handed: Sequence[Handed], now: datetime, log: Log
) -> dict[str, Receipt]:
    """What became of uncertain messages: found, or certainly not taken. The rest stays open.

    When SENS can't be asked on, what was learned so far.
    """
    receipts: dict[str, Receipt] = {}
    askable = [each for each in handed if domestic(each.address) and now - each.sent_at < _KEPT]
    try:
        for number, to_one in _by_number(askable):
            times = [each.sent_at for each in to_one]
            window = min(times) - _AROUND, max(times) + _AROUND
            receipts |= _settled(to_one, sens.sent_to(channel, number, *window), now)
    except _UNAVAILABLE as error:
        log.warning("sens_unavailable", error=str(error))
    return receipts


def _by_number(handed: Sequence[Handed]) -> Iterator[tuple[str, list[Handed]]]:
    ordered = sorted(handed, key=lambda each: (each.address, each.sent_at))
    for address, group in groupby(ordered, key=lambda each: each.address):
        yield domestic(address) or "", list(group)


def _settled(
    to_one: Sequence[Handed], found: Sequence[Message], now: datetime
) -> dict[str, Receipt]:
    """Messages to one number; those of the same text are alike, so each listed one counts once."""
    left, receipts = list(found), {}
    for handed in to_one:
        taken = next((each for each in left if _may_be(handed, each)), None)
        if taken and handed.rendered is not None:
            left.remove(taken)
            receipts[handed.reference] = receipt_of(taken, now)
        elif not taken and now - handed.sent_at > _CERTAIN:
            receipts[handed.reference] = Receipt.retry("not_taken", after=0)
    return receipts


def _may_be(handed: Handed, listed: Message) -> bool:
    """Whether a listed message says what ours says, as far as the list and we know it."""
    if handed.rendered is None:
        return True
    template, text = handed.rendered.template, _bare(handed.rendered.body["content"])
    return listed.template in ("", template) and _bare(listed.content) in ("", text)


def _bare(text: str) -> str:
    """A text without white space, which not every list keeps as it was."""
    return "".join(text.split())


def reports(
    sens: Sens, handed: Sequence[Handed], now: datetime, sms_service: str, log: Log
) -> dict[str, Report]:
    """The messages that came to an end, by reference; when SENS can't be asked on, those so far."""
    references = {each.provider_id: each.reference for each in handed if each.provider_id}
    found: dict[str, Report] = {}
    try:
        for message in _asked(sens, handed):
            if report := _report(sens, message, now, sms_service):
                found[references[message.id]] = report
    except _UNAVAILABLE as error:
        log.warning("sens_unavailable", error=str(error))
    return found


def _asked(sens: Sens, handed: Sequence[Handed]) -> Iterator[Message]:
    """Each message as it stands. One tells its request, and its request tells the others."""
    ordered = sorted((each for each in handed if each.provider_id), key=lambda each: each.sent_at)
    for _, batch in groupby(ordered, key=lambda each: each.sent_at):
        left = {each.provider_id: None for each in batch if each.provider_id}
        while left:
            first, _ = left.popitem()
            message = sens.message(first)
            if message is None:
                continue
            yield message
            others = sens.of_request(message.request_id) if left and message.request_id else ()
            for other in others:
                if other.id in left:
                    del left[other.id]
                    yield other


def _report(sens: Sens, message: Message, now: datetime, sms_service: str) -> Report | None:
    """The final word, or None while there is none."""
    if message.request_code and not message.accepted:
        return _failed(message, message.request_code, message.request_desc)
    if message.code is None or codes.meaning(message.code) is Meaning.UNKNOWN:
        return None
    if message.code == codes.DELIVERED:
        return Report(delivery=Delivery.DELIVERED, kind=ALIMTALK, at=message.completed_at)
    failed = _failed(message, message.code, message.desc)
    if not message.falls_back or not codes.goes_on_as_text(message.code):
        return failed
    if message.failover is None:
        failed_at = message.completed_at or now
        return failed if now - failed_at > _FAILOVER_BEGINS else None
    return failed if message.failover.refused else _as_text(sens, message, sms_service)


def _as_text(sens: Sens, message: Message, sms_service: str) -> Report | None:
    """The end of the text message: with the KakaoTalk message it is one, told once."""
    failover = message.failover
    if failover is None or failover.status not in ("success", "fail"):
        return None
    kind = _kind(sens, failover, sms_service) or sms.kind(sms.sendable(message.content))
    if failover.status == "success":
        return Report(delivery=Delivery.DELIVERED, kind=kind)
    reason = f"sms_{failover.code}" if failover.code else message.code
    return Report(delivery=Delivery.UNDELIVERED, reason=reason, detail=message.desc, kind=kind)


def _kind(sens: Sens, failover: Failover, sms_service: str) -> str | None:
    service = failover.service_id or sms_service
    if not service or not failover.message_id:
        return None
    try:
        return sens.text_kind(service, failover.message_id)
    except Refused:  # The key need not be allowed to read text messages.
        return None


def _failed(message: Message, code: str, detail: str | None) -> Report:
    return Report(
        delivery=Delivery.UNDELIVERED,
        reason=code,
        detail=detail,
        kind=ALIMTALK,
        at=message.completed_at,
    )
