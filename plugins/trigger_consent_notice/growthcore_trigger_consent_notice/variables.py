"""What the notices must say: which consents there are, and what was said last."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from growthcore.api import ConsentStatement, Customer, Shop, Text, Variable, VariablePorts
from growthcore_trigger_consent_notice.params import MEDIA

_PURPOSES: Final[Mapping[str, Text]] = {
    "advertising": Text("광고성 정보 수신", "advertising"),
    "night": Text("야간 광고성 정보 수신", "advertising at night"),
}


class OfConsents(Variable):
    """A variable that reads what a customer said."""

    def values(self, customers: Sequence[Customer], shop: Shop) -> Mapping[int, str]:
        """Nothing: that has to be looked up."""
        return {}

    def values_from(
        self, customers: Sequence[Customer], shop: Shop, ports: VariablePorts
    ) -> Mapping[int, str]:
        """The value of each customer that said something."""
        said = ports.consents.of([customer.id for customer in customers])
        found = {
            customer.id: self.value(said.get(customer.id, ()), customer.locale or "ko", shop)
            for customer in customers
        }
        return {id_: value for id_, value in found.items() if value}

    @abstractmethod
    def value(self, said: Sequence[ConsentStatement], locale: str, shop: Shop) -> str:
        """The value for one customer; empty when there is none."""


class ConsentsHeld(OfConsents):
    """What the customer consents to now, each with its date."""

    id = "CONSENTS"
    title = Text("현재 수신 동의", "Consents that hold")
    sample = Text(
        "이메일 광고성 정보 수신 동의(2024-12-20)",
        "consented to advertising by e-mail (2024-12-20)",
    )
    confirms_consent = True

    def value(self, said: Sequence[ConsentStatement], locale: str, shop: Shop) -> str:
        held = [each for each in said if each.granted]
        return ", ".join(f"{_fact(each).to(locale)}({_date(each, shop)})" for each in held)


class ConsentChange(OfConsents):
    """What the customer said last, with its date."""

    id = "CONSENT_CHANGE"
    title = Text("최근 수신 동의 변경", "What was said last about consent")
    sample = Text(
        "2026-11-23 이메일 광고성 정보 수신 동의 철회",
        "2026-11-23 withdrew consent to advertising by e-mail",
    )

    def value(self, said: Sequence[ConsentStatement], locale: str, shop: Shop) -> str:
        return f"{_date(said[0], shop)} {_fact(said[0]).to(locale)}" if said else ""


def _fact(said: ConsentStatement) -> Text:
    medium = MEDIA.get(said.channel, Text(said.channel, said.channel))
    purpose = _PURPOSES[said.purpose]
    return Text(
        f"{medium.ko} {purpose.ko} {'동의' if said.granted else '거부(동의 철회)'}",
        f"{'consented to' if said.granted else 'refused (withdrew consent to)'} {purpose.en} "
        f"by {medium.en}",
    )


def _date(said: ConsentStatement, shop: Shop) -> str:
    return said.at.astimezone(ZoneInfo(shop.zone)).date().isoformat()
