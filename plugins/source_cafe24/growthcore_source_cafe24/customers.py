"""Members: all in the order they joined, and as rows with what they consented to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from growthcore.api import Importer, Pulled
from growthcore.api.values import JSON
from growthcore_source_cafe24.mall import Mall
from growthcore_source_cafe24.wire import Record, flag, instant, iso, known, minor

PATH: Final = "customersprivacy"
_FIRST: Final = "1999-01-01T00:00:00+09:00"
_FURTHEST: Final = 8_000
"""The largest offset."""
_FLAGS: Final = {"sms": "sms", "news_mail": "email"}
_TEXTS: Final = {"email": "email", "cellphone": "phone", "name": "name"}
UNDER_14: Final = "J"


class Walk:
    """A pull of members, by the time they joined.

    Nobody tells how Cafe24 treats members of the very second a walk begins with, so a page asks from
    the last second that is done (``after``) and leaves out who joined until then. The last second of
    a full page may go on on the next, which begins with it. More members of one ``second`` than a page
    holds can't be walked: they are searched, by offset.
    """

    def __init__(self, mall: Mall, importer: Importer, now: datetime, size: int) -> None:
        self._mall, self._importer, self._now, self._size = mall, importer, now, size

    def page(self, cursor: JSON | None) -> Pulled:
        """One page."""
        place = dict(cursor or {"after": _FIRST})
        total = self._mall.counted(PATH) if cursor is None else None
        if "second" in place:
            return self._of_second(place, total)
        found = self._mall.listed(
            PATH,
            search_type="created_date",
            created_start_date=place.get("start", place["after"]),
            limit=self._size,
        )
        fresh = [each for each in found if _joined(each) > place["after"]]
        if len(found) < self._size:
            last = max(map(_joined, fresh), default=place["after"])
            return self._took(fresh, {"after": last}, total, done=True)
        if not fresh:
            return self._took([], {"after": place["after"], "start": _next(place["after"])}, total)
        last = max(map(_joined, fresh))
        whole = [each for each in fresh if _joined(each) < last]
        if not whole:
            return self._took([], {"after": place["after"], "second": last, "offset": 0}, total)
        return self._took(whole, {"after": max(map(_joined, whole))}, total)

    def _of_second(self, place: dict[str, Any], total: int | None) -> Pulled:
        second, offset = place["second"], place["offset"]
        found = self._mall.listed(
            PATH,
            date_type="join",
            start_date=second,
            end_date=second,
            limit=self._size,
            offset=offset,
        )
        further = offset + self._size
        if len(found) < self._size or further > _FURTHEST:
            return self._took(found, {"after": second}, total)
        return self._took(found, {**place, "offset": further}, total)

    def _took(
        self, members: Sequence[Record], cursor: JSON, total: int | None, *, done: bool = False
    ) -> Pulled:
        told = ((each, self._now) for each in members)
        take(self._mall, self._importer, told)
        return Pulled(cursor=cursor, done=done, count=len(members), total=total)


def take(mall: Mall, importer: Importer, told: Iterable[tuple[Record, datetime]]) -> None:
    """Import members, each with the time at which what is new of them was noticed."""
    members = list(told)
    if not members:
        return
    said = importer.said([member["member_id"] for member, _ in members])
    rows = [
        row(member, mall.group, said.get(member["member_id"], {}), at) for member, at in members
    ]
    done = importer.customers(rows)
    # One that has written nonsense into an address is a member all the same.
    again = [
        {**rows[each.index], **dict.fromkeys(each.errors)}
        for each in done.rejected
        if set(each.errors) <= set(_TEXTS.values())
    ]
    if again:
        importer.customers(again)


def row(
    member: Record,
    group: Callable[[object], str | None],
    said: Mapping[str, bool],
    noticed: datetime,
) -> JSON:
    """A member as the importer takes one; what Cafe24 masks is left out."""
    told = {to: member[name] or None for name, to in _TEXTS.items() if known(member, name)}
    return {
        "external_id": member["member_id"],
        **told,
        "attributes": _attributes(member, group),
        "consents": list(_consents(member, said, noticed)),
    }


def _attributes(
    member: Record, group: Callable[[object], str | None]
) -> dict[str, str | int | bool | None]:
    return {
        "group": group(member.get("group_no")),
        "gender": member.get("gender") or None,
        "birthday": member.get("birthday") or None if known(member, "birthday") else None,
        "joined_at": member.get("created_date") or None,
        "last_login_at": member.get("last_login_date") or None,
        "points": minor(member.get("available_points")),
        "app_user": flag(member.get("use_mobile_app")),
        "under_14": member.get("member_authentication") == UNDER_14,
    }


def _consents(
    member: Record, said: Mapping[str, bool], noticed: datetime
) -> Iterator[dict[str, Any]]:
    """What is new of a member's consents to advertising.

    Cafe24 tells yes or no and not since when: the first time it is of an unknown day, at the earliest
    when the member joined; a change is of when it was noticed. Nobody under 14 consents, whatever the
    flags say (개인정보 보호법 article 22-2: it takes their legal representative).
    """
    child = member.get("member_authentication") == UNDER_14
    joined = instant(member.get("created_date"))
    for name, channel in _FLAGS.items():
        granted = flag(member.get(name)) and not child
        if name not in member or said.get(channel) is granted:
            continue
        is_first = channel not in said and joined is not None
        yield {
            "channel": channel,
            "granted": granted,
            "at": iso(joined if is_first and joined else noticed),
            "dated": not is_first,
            "evidence": _evidence(name, str(member[name]), child=child, is_first=is_first),
        }


def _evidence(name: str, value: str, *, child: bool, is_first: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"record": "Cafe24 member", "field": name, "value": value}
    if is_first:
        told["date"] = "unknown; at the earliest created_date"
    return told | ({"member_authentication": UNDER_14} if child else {})


def _joined(member: Record) -> str:
    at = instant(member.get("created_date"))
    return iso(at) if at else _FIRST


def _next(second: str) -> str:
    return iso(datetime.fromisoformat(second) + timedelta(seconds=1))
