"""What one message must say by law, from the law pack and the shop's settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from growthcore.api import ConfigError, MessageClass, Notice
from growthcore.messaging.law.pack import Detail, korea
from growthcore.operators import workspace
from growthcore.operators.models import Workspace

NUMBER: Final = "opt_out_number"
_SETTING: Final[Mapping[Detail, str]] = {
    "name": "business_name",
    "phone": "contact_phone",
    "email": "contact_email",
    "address": "postal_address",
}
_TELL: Final[Mapping[str, str]] = {
    "business_name": "Advertising must name its sender. Enter the business name under Settings > Shop.",
    "contact_phone": "Advertising of this kind must show the shop's telephone number. Enter it under "
    "Settings > Shop.",
    "contact_email": "Advertising of this kind must show the shop's e-mail address. Enter it under "
    "Settings > Shop.",
    "postal_address": "Advertising of this kind must show the shop's postal address. Enter it under "
    "Settings > Shop.",
    NUMBER: "Advertising of this kind must tell a number to refuse by free of charge. Enter the shop's "
    "080 number under Settings > Shop.",
}


def notice_for(
    medium: str, message_class: MessageClass, shop: Workspace, number: str | None = None
) -> Notice | None:
    """What a message must say; None for one the law asks nothing of.

    ``number`` is the channel's own to refuse by (:meth:`growthcore.api.Channel.opt_out_number`); it
    goes before the shop's. What the shop has not entered is left out: see :func:`missing`.
    """
    if message_class is not MessageClass.ADVERTISING:
        return None
    law = korea()
    rules = law.medium(medium)
    number = number or shop.opt_out_number or None
    line = rules.opt_out.line.to(shop.locale)
    if rules.opt_out.by == "number":
        line = line.format(number=number) if number else ""
    elif rules.opt_out.by == "link":
        # By link it is told in Korean and in English, whatever the shop's own language.
        line = f"{rules.opt_out.line.ko} {rules.opt_out.line.en}"
    return Notice(
        label=law.label,
        forbidden_labels=law.forbidden_labels,
        sender=workspace.sender_of(shop),
        contact=" | ".join(_details(shop, rules.contact)) or None,
        opt_out_number=number,
        opt_out=line or None,
    )


def _details(shop: Workspace, wanted: Sequence[Detail]) -> list[str]:
    return [said for each in wanted if (said := getattr(shop, _SETTING[each]))]


def missing(
    medium: str, message_class: MessageClass, shop: Workspace, number: str | None = None
) -> dict[str, str]:
    """What the shop still has to enter before such a message may go: a sentence by setting."""
    if message_class is not MessageClass.ADVERTISING:
        return {}
    rules = korea().medium(medium)
    lacking = [_SETTING[each] for each in rules.identifies if not _known(shop, each)]
    if rules.opt_out.by == "number" and not (number or shop.opt_out_number):
        lacking.append(NUMBER)
    return {name: _TELL[name] for name in lacking}


def _known(shop: Workspace, detail: Detail) -> bool:
    return bool(workspace.sender_of(shop) if detail == "name" else getattr(shop, _SETTING[detail]))


def require(
    medium: str, message_class: MessageClass, shop: Workspace, number: str | None = None
) -> Notice | None:
    """The same as :func:`notice_for`. Raises :class:`ConfigError` where something is missing."""
    if lacking := missing(medium, message_class, shop, number):
        raise ConfigError(" ".join(lacking.values()))
    return notice_for(medium, message_class, shop, number)
