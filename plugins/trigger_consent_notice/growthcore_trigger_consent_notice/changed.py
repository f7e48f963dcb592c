"""The result of a consent, refusal or withdrawal, told within 14 days.

정보통신망법 article 50 (7), its decree article 62-2: the sender's name, the fact and its date, the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from growthcore.api import (
    WANTED,
    ConsentStatement,
    Event,
    Occasion,
    Text,
    Trigger,
    TriggerPorts,
    Wanted,
)
from growthcore_trigger_consent_notice.params import MEDIA, Params, stated


class ConsentChanged(Trigger):
    """A customer enters at once when they consented, refused or withdrew."""

    id = "consent_changed"
    title = Text("수신 동의 변경", "Consent changed")
    help = Text(
        "수신 동의, 거부, 철회한 고객에게 처리 결과를 알립니다(14일 이내).",
        "Tells customers the result of their consent, refusal or withdrawal, within 14 days.",
    )
    Params = Params
    timed = True

    def listens_to(self, params: Mapping[str, Any]) -> frozenset[str]:
        return frozenset()

    def match(
        self, event: Event, params: Mapping[str, Any], ports: TriggerPorts
    ) -> Occasion | None:
        return None

    def due(
        self, params: Mapping[str, Any], ports: TriggerPorts, since: datetime, until: datetime
    ) -> Iterator[Occasion]:
        """One a statement; those of unknown date were made long ago and need no result."""
        for each in stated(ports, params["channel"], since, until):
            if each.dated:
                yield Occasion(key=_key(each), customer_id=each.customer_id, at=each.at)

    def still_wanted(
        self, occasion: Occasion, params: Mapping[str, Any], ports: TriggerPorts, now: datetime
    ) -> Wanted:
        """Not when they said otherwise meanwhile: that is told by an occasion of its own."""
        said = ports.consents.of([occasion.customer_id]).get(occasion.customer_id, ())
        holds = any(_key(each) == occasion.key for each in said)
        return WANTED if holds else Wanted(dropped="consent_changed_again")

    def describe(self, params: Mapping[str, Any]) -> Text:
        medium = MEDIA[params["channel"]]
        return Text(
            f"{medium.ko} 광고 수신에 동의하거나 거부, 철회하면",
            f"when they consent to advertising by {medium.en}, refuse or withdraw it",
        )


def _key(said: ConsentStatement) -> str:
    return f"said:{said.channel}:{said.purpose}:{said.at.timestamp():.6f}"
