"""Text messages: sending, senders, credits, settings. Each accepted text lands in the phone inbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from growthcore.sandbox.cafe24.api import Api, Body, Call
from growthcore.sandbox.cafe24.customers import digits
from growthcore.sandbox.cafe24.wire import KST, Record, Refused
from growthcore.sandbox.faults import Faults
from growthcore.sandbox.phone import PhoneInbox, PhoneMessage

_SMS_BYTES, _LMS_BYTES, _TITLE_BYTES = 90, 2000, 40
_LMS_CREDITS = 3
_APPROVED = "30"
_MOST = 100
_PHONE = re.compile(r"0[0-9]{7,11}|1[0-9]{7}")
_READ, _WRITE = "mall.read_notification", "mall.write_notification"


def register(api: Api, phones: PhoneInbox, faults: Faults) -> None:
    """The endpoints; ``faults`` says whose phones get nothing of a text that was accepted."""
    api.add("POST", "/sms", _WRITE, _Send(phones, faults))
    api.add("GET", "/sms/senders", _READ, _senders)
    api.add("GET", "/sms/balance", _READ, _balance)
    api.add("GET", "/sms/setting", "mall.read_store", _setting)
    api.add("GET", "/sms/receivers", _READ, _receivers)


def _senders(call: Call) -> Body:
    hidden = () if call.settings.sender_memo else ("memo",)
    told = (
        {name: value for name, value in each.items() if name not in hidden}
        for each in call.mall.senders.values()
    )
    return call.paged("senders", told, limit=(10, 100), offset=8000)


def _balance(call: Call) -> Body:
    balance = call.mall.balance
    counts = {"sms_count": int(balance), "lms_count": int(balance // _LMS_CREDITS)}
    return {"sms": {"balance": str(balance), **counts}}


def _setting(call: Call) -> Body:
    return {"sms": call.fields(call.mall.sms_setting)}


def _receivers(call: Call) -> Body:
    phone = call.mall.store["phone"]
    found = [{"no": 1, "recipient_type": "All", "user_name": "대표 운영자", "cellphone": phone}]
    return call.paged("receivers", found, limit=(10, 100), offset=8000)


class _Send:
    """Takes a text for up to 100 numbers or members, or for a group of members."""

    def __init__(self, phones: PhoneInbox, faults: Faults) -> None:
        self._phones, self._faults = phones, faults

    def __call__(self, call: Call) -> Body:
        sender = _sender(call)
        kind, title = _kind(call), call.body.text("title")
        text = _labelled(call, call.body.required("content"))
        if kind == "LMS" and _size(text) > _LMS_BYTES:
            raise call.body.invalid("content")
        if _size(title) > _TITLE_BYTES:
            raise call.body.invalid("title")
        parts = [text] if kind == "LMS" else [*_split(text)]
        if len(parts) > 1 and call.mall.sms_setting["send_method"] == "L":
            kind, parts = "LMS", [text]
        recipients = _recipients(call)
        _pay(call, (_LMS_CREDITS if kind == "LMS" else len(parts)) * len(recipients))
        code = f"Q{call.now.astimezone(KST):%y%m%d%H%M%S}{call.mall.next_number('sms'):06}"
        message = PhoneMessage(
            channel="sms",
            kind=kind,
            sender=digits(sender),
            recipient="",
            title=title if kind == "LMS" else "",
            text="",
            provider_id=code,
        )
        self._deliver(call, message, parts, recipients)
        return {"sms": {"queue_code": code}}

    def _deliver(
        self, call: Call, message: PhoneMessage, parts: list[str], recipients: list[str]
    ) -> None:
        lost = self._faults.failing(len(recipients))
        for phone in (each for each, gone in zip(recipients, lost, strict=True) if not gone):
            for part in parts:
                arriving = replace(message, recipient=phone, text=_shown(part))
                self._phones.add(arriving, received_at=call.now)


def _sender(call: Call) -> str:
    """The telephone number of a sender that may send."""
    if "sender_no" not in call.body.given:
        raise call.body.missing("sender_no")
    sender = call.mall.senders.get(call.body.number("sender_no", 0))
    if sender is None or sender["auth_status"] != _APPROVED:
        raise call.body.invalid("sender_no")
    if call.mall.sms_setting["use_sms"] != "T":
        raise Refused(422, "The mall does not use SMS. (use_sms)")
    return str(sender["sender"])


def _kind(call: Call) -> str:
    return call.body.choice("type", ("SMS", "LMS"), "SMS")


def _labelled(call: Call, text: str) -> str:
    if not call.settings.labels_advertising:
        return text
    number = digits(call.mall.sms_setting["unsubscribe_phone"])
    return f"(광고){text}\n무료수신거부 {number}"


def _recipients(call: Call) -> list[str]:
    """Each number once, as digits, without those who want none."""
    body = call.body
    numbers = [digits(each) for each in body.texts("recipients", _MOST)]
    if not all(_PHONE.fullmatch(each) for each in numbers):
        raise body.invalid("recipients")
    members = body.texts("member_id", _MOST)
    if not numbers and not members and "group_no" not in body.given:
        raise body.missing("recipients")
    willing = body.choice("exclude_unsubscriber", "TF", "T") == "T"
    if willing and call.settings.excludes_by_number:
        everybody = call.mall.members.values()
        refusing = {digits(who["cellphone"]) for who in everybody if who["sms"] == "F"}
        numbers = [each for each in numbers if each not in refusing]
    chosen = [who for who in _members(call, members) if not willing or who["sms"] == "T"]
    numbers += [digits(who["cellphone"]) for who in chosen if who["cellphone"]]
    return list(dict.fromkeys(numbers))


def _members(call: Call, ids: list[str]) -> list[Record]:
    """The members who are named, or of the group that is; 0 is every group."""
    members = call.mall.members
    if not {*ids} <= members.keys():
        raise call.body.invalid("member_id")
    named = [members[each] for each in ids]
    if "group_no" not in call.body.given:
        return named
    group = call.body.number("group_no", 0)
    return named + [who for who in members.values() if group in (0, who["group_no"])]


def _pay(call: Call, credits_: int) -> None:
    if call.mall.balance < credits_:
        raise Refused(call.settings.no_balance_status, "The SMS balance is insufficient.")
    call.mall.balance -= Decimal(credits_)


def _size(text: str) -> int:
    """Bytes in CP949, which handsets read; what it lacks becomes a question mark."""
    return len(text.encode("cp949", "replace"))


def _shown(text: str) -> str:
    return text.encode("cp949", "replace").decode("cp949")


def _split(text: str) -> Iterator[str]:
    """The text in parts of at most 90 bytes."""
    part, size = "", 0
    for character in text:
        more = _size(character)
        if size + more > _SMS_BYTES:
            yield part
            part, size = "", 0
        part, size = part + character, size + more
    yield part
