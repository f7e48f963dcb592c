"""DKIM signatures (RFC 6376; Ed25519: RFC 8463). Nothing of GrowthCore.

Both canonicalisations are ``relaxed``. Bodies are ours and come in the canonical form, so that they
are hashed as they are: lines end in CRLF and in nothing blank, no two blanks meet, and the last line
is not empty.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

PrivateKey = RSAPrivateKey | Ed25519PrivateKey
SHORTEST_RSA = 1024
"""RFC 8301: shorter ones are not to be believed. 2048 is what to use."""

_SIGNED = frozenset(
    {
        "from",
        "reply-to",
        "to",
        "subject",
        "date",
        "message-id",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "mime-version",
        "content-type",
    }
)
_PEM = re.compile(r"\s*-----BEGIN ([A-Z ]{1,40})-----([A-Za-z0-9+/=\s]+)-----END \1-----\s*")
_FOLD = 72


class UnusableKey(ValueError):
    """What was given is no key to sign with."""


def private_key(pem: str) -> PrivateKey:
    """The key in PEM: RSA of 1,024 bits or more, or Ed25519. Raises :class:`UnusableKey`.

    Its lines may have become one, as in a form's field.
    """
    found = _PEM.fullmatch(pem)
    if not found:
        raise UnusableKey("This is no private key in PEM. Give it whole, from BEGIN to END.")
    kind, content = found[1], "".join(found[2].split())
    whole = f"-----BEGIN {kind}-----\n{content}\n-----END {kind}-----\n"
    try:
        key = load_pem_private_key(whole.encode("ascii"), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UnusableKey("The key can't be read. Give one without a password.") from None
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise UnusableKey("The key can't sign mails. Give an RSA key or an Ed25519 key.")
    if isinstance(key, RSAPrivateKey) and key.key_size < SHORTEST_RSA:
        raise UnusableKey("The RSA key is too short. Give one of 2,048 bits.")
    return key


class Signer:
    """Signs the messages of one domain. Safe to share by threads.

    ``slow`` tells whether a signature takes so long that threads pay: RSA, which lets them run.
    """

    def __init__(self, domain: str, selector: str, key: PrivateKey) -> None:
        self.domain = domain
        self.selector = selector
        self._key = key
        self.slow = isinstance(key, RSAPrivateKey)
        self._kind = "rsa" if self.slow else "ed25519"
        self._start = (
            f"v=1; a={self._kind}-sha256; c=relaxed/relaxed; d={domain}; s={selector};\r\n t="
        )

    @property
    def record_name(self) -> str:
        """Where the public key is looked for."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """The TXT record that holds the public key."""
        return f"v=DKIM1; k={self._kind}; p={self._public()}"

    def matches(self, record: str) -> bool:
        """Whether a published record holds the public key of this one. ``k=rsa`` may be left out."""
        tags = tags_of(record)
        published = "".join(tags.get("p", "").split())
        return tags.get("k", "rsa") == self._kind and _same(published, self._public())

    def header(self, fields: Sequence[str], body: bytes, at: int) -> str:
        """The ``DKIM-Signature`` field, without its line end, for a message made at Unix time ``at``.

        ``fields`` are ``Name: value``, folded or not; a name comes once.
        """
        canonical = [_canonical(field) for field in fields]
        signed = [each for each in canonical if each.partition(":")[0] in _SIGNED]
        # Named once more than it is there, so that nobody adds a second one (RFC 6376 §8.15).
        names = ":".join(["from", *(each.partition(":")[0] for each in signed)])
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
        # The last value is the signature itself, signed as if it were empty.
        value = f"{self._start}{at};\r\n h={names};\r\n bh={digest};\r\n b="
        data = "".join(f"{each}\r\n" for each in signed) + _canonical(f"DKIM-Signature: {value}")
        signature = base64.b64encode(self._sign(data.encode("ascii"))).decode("ascii")
        lines = [signature[at : at + _FOLD] for at in range(0, len(signature), _FOLD)]
        return f"DKIM-Signature: {value}" + "\r\n ".join(lines)

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), hashes.SHA256())
        return self._key.sign(hashlib.sha256(data).digest())

    def _public(self) -> str:
        public = self._key.public_key()
        if self.slow:
            data = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            data = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(data).decode("ascii")


def tags_of(record: str) -> dict[str, str]:
    """The tags of a record such as ``v=DKIM1; k=rsa; p=…`` (RFC 6376 §3.2), names in small letters."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}


def _canonical(field: str) -> str:
    """A field in the relaxed form: name in small letters, on one line, blanks single."""
    name, _, value = field.partition(":")
    return f"{name.lower()}:{' '.join(value.split())}"


def _same(published: str, own: str) -> bool:
    try:
        return base64.b64decode(published, validate=True) == base64.b64decode(own)
    except binascii.Error:
        return False
