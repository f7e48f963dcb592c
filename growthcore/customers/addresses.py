"""E-mail addresses and phone numbers: normal form, hash and mask."""

from __future__ import annotations

import hashlib
import re

import phonenumbers

from growthcore.api.values import AddressKind

_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def normalise_email(text: str) -> str:
    """The address in lower case, with an international domain in its ASCII form.

    Raises ``ValueError`` with a sentence for whoever typed it.
    """
    local, at, domain = text.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        domain = ""
    labels = domain.split(".")
    sound = (
        at
        and _LOCAL.fullmatch(local)
        and not local.startswith(".")
        and not local.endswith(".")
        and ".." not in local
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
        and len(local) + len(domain) < 254
    )
    if not sound:
        raise ValueError("Give an e-mail address such as minji@example.com.")
    return f"{local.lower()}@{domain}"


def normalise_phone(text: str, region: str = "KR") -> str:
    """The number as E.164, ``+821012345678``; one without a country code is ``region``'s.

    Raises ``ValueError`` with a sentence for whoever typed it.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValueError("Give a phone number such as 010-1234-5678 or +82 10 1234 5678.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalise(kind: AddressKind | None, text: str) -> str:
    """The normal form of an address of ``kind``; None is the shop's own id. Raises ``ValueError``."""
    if kind is None:
        if not text.strip():
            raise ValueError("Give the id by which the shop knows the customer.")
        return text.strip()
    return normalise_email(text) if kind is AddressKind.EMAIL else normalise_phone(text)


def address_hash(kind: AddressKind, normalised: str) -> str:
    """What look-ups and the suppression list know an address by: 32 hexadecimal digits."""
    return hashlib.sha256(f"{kind.value}:{normalised}".encode()).hexdigest()[:32]


def mask_email(address: str) -> str:
    """``ho***@example.com``."""
    local, _, domain = address.rpartition("@")
    return f"{local[: min(2, len(local) - 1)]}***@{domain}"


def written_phone(number: str) -> str:
    """A number as people write it: ``010-1234-5678`` for a Korean one, ``+1 650-253-0000`` else."""
    parsed = phonenumbers.parse(number)
    style = phonenumbers.PhoneNumberFormat
    korean = phonenumbers.region_code_for_number(parsed) == "KR"
    return phonenumbers.format_number(parsed, style.NATIONAL if korean else style.INTERNATIONAL)


def mask_phone(number: str) -> str:
    """``010-****-5678`` for a Korean number, ``+1******4567`` for others."""
    national = "0" + number.removeprefix("+82") if number.startswith("+82") else None
    if national:
        area = 2 if national.startswith("02") else 3
        return f"{national[:area]}-****-{national[-4:]}"
    return f"{number[:2]}{'*' * max(0, len(number) - 6)}{number[-4:]}"


def mask_name(name: str) -> str:
    """``홍*동``; of a name of two letters the second goes."""
    if len(name) < 3:
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask(kind: AddressKind | None, normalised: str) -> str:
    """An address as lists may show it; the shop's own id (None) is shown as it is."""
    if kind is None:
        return normalised
    return mask_email(normalised) if kind is AddressKind.EMAIL else mask_phone(normalised)
