"""Files of customers, with what they consented to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from growthcore.customers import consent, service
from growthcore.customers.outcomes import Change
from growthcore.customers.profiles import Profile
from growthcore.events.importing.kinds import Reading, Stored
from growthcore.events.importing.values import Values, flag, instant, text

# consent_email, consent_email_night; consent_email_at says when, consent_at when for all.
_ABOUT_ALL: Final = ("consent_at", "consent_since", "consent_source", "consent_wording")
_CONSENT: Final = re.compile(
    r"consent_(?!(?:at|since|source|wording)$)([a-z][a-z0-9]{0,19})(_night)?"
)
_WHEN: Final = re.compile(rf"{_CONSENT.pattern}_at")
_TEXTS: Final = ("external_id", "email", "phone", "name", "locale")


@dataclass(frozen=True, kw_only=True)
class Said:
    """A statement of consent by somebody not looked up yet."""

    channel: str
    purpose: str
    granted: bool
    at: datetime
    source: str
    wording: str | None
    dated: bool


@dataclass(frozen=True)
class Told:
    """A customer, and what they said."""

    profile: Profile
    said: Sequence[Said]


class Customers:
    """Rows of customers. An empty cell leaves what is known as it is."""

    fields = frozenset({*_TEXTS, "attributes", *_ABOUT_ALL})

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._instant = instant(reading.zone)

    def knows(self, name: str) -> bool:
        return (
            name in self.fields
            or name.startswith("attributes.")
            or bool(_CONSENT.fullmatch(name) or _WHEN.fullmatch(name))
        )

    def read(self, row: Mapping[str, Any], number: int) -> Told:
        values = Values(row)
        told = {name: value for name in _TEXTS if (value := values.get(name, text)) is not None}
        profile = Profile(**told, attributes=values.family("attributes"))
        said = self._said(values)
        values.check()
        return Told(profile, said)

    def _said(self, values: Values) -> list[Said]:
        source = values.get("consent_source", _named) or self._reading.source
        wording = values.get("consent_wording", _named)
        since = values.get("consent_since", self._instant)
        said = []
        for name in values.row:
            if not (column := _CONSENT.fullmatch(name)):
                continue
            when = f"{name}_at" if f"{name}_at" in values.row else "consent_at"
            granted = values.get(name, flag)
            # Consent nobody can date proves little: that nobody can has to be said, and is kept.
            at = values.get(when, self._instant, required=since is None)
            if granted is not None and (known := at or since) is not None:
                said.append(
                    Said(
                        channel=column[1],
                        purpose="night" if column[2] else "advertising",
                        granted=granted,
                        at=known,
                        source=source,
                        wording=wording,
                        dated=at is not None,
                    )
                )
        return said

    def store(self, session: Session, items: Sequence[Told], now: datetime) -> Stored:
        done = service.upsert(session, [item.profile for item in items], now=now)
        stored = Stored()
        statements = []
        for place, (item, one) in enumerate(zip(items, done, strict=True)):
            if one.change is Change.REJECTED or one.id is None:
                stored.rejected[place] = one.errors
                continue
            stored.counts[one.change.value] += 1
            statements += [
                consent.Statement(customer_id=one.id, **asdict(said)) for said in item.said
            ]
        consent.record_all(session, statements)
        stored.counts += Counter(consents=len(statements))
        return stored


def _named(value: Any) -> str:
    shown = text(value)
    if len(shown) > consent.LONGEST_WORDING:
        raise ValueError(f"Give at most {consent.LONGEST_WORDING} characters.")
    return shown
