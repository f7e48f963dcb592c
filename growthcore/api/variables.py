"""Variables: what ``#{NAME}`` stands for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from growthcore.api.ports import Consents
from growthcore.api.provider import Provider
from growthcore.api.text import Text
from growthcore.api.values import Customer


@dataclass(frozen=True, kw_only=True)
class VariablePorts:
    """What a variable may look at."""

    consents: Consents = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Shop:
    """The shop a message comes from. ``zone`` is an IANA name, ``currency`` ISO 4217."""

    name: str
    url: str
    zone: str
    currency: str


class Variable(Provider):
    """One variable. ``id`` is its name as written between the braces, such as ``NAME``.

    ``confirms_consent``: whoever is sent a message with it has been told what they consent to, and when.
    """

    sample: ClassVar[Text]
    confirms_consent: ClassVar[bool] = False

    @abstractmethod
    def values(self, customers: Sequence[Customer], shop: Shop) -> Mapping[int, str]:
        """The value for each customer that has one, by customer id, as it is shown to people."""

    def values_from(
        self, customers: Sequence[Customer], shop: Shop, ports: VariablePorts
    ) -> Mapping[int, str]:
        """The same for a variable that must look something up; what the core asks."""
        return self.values(customers, shop)
