"""Sealing secrets: AES-256-GCM, each ciphertext bound to the row and field it was made for."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from growthcore.api.errors import ConfigError
from growthcore.settings import Settings

_KEY_BYTES = 32
_NONCE_BYTES = 12
_ID = re.compile(r"[A-Za-z0-9_-]{1,20}")
_ENV, _FILE = "$env", "$file"


class Keys:
    """The installation's keys: the first seals, all of them open."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)
        self.first = next(iter(self._keys))

    def __repr__(self) -> str:
        return f"Keys({', '.join(self._keys)})"

    @classmethod
    def parse(cls, text: str) -> Keys:
        """Read ``k2:…,k1:…``, newest first. Raises :class:`ConfigError` without quoting it."""
        keys: dict[str, bytes] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            id_, _, encoded = part.partition(":")
            key = _decoded(encoded)
            if not _ID.fullmatch(id_) or len(key) != _KEY_BYTES or id_ in keys:
                raise ConfigError(
                    "The secret keys must read ID:KEY,ID:KEY with different ids and keys of 32 "
                    "bytes in base64; `growthcore secrets generate` prints one"
                )
            keys[id_] = key
        if not keys:
            raise ConfigError("No secret key is set; `growthcore secrets generate` prints one")
        return cls(keys)

    def seal(self, plain: str, bound_to: str) -> str:
        """Encrypt for the place ``bound_to``; the result begins with the id of the key."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self._keys[self.first]).encrypt(nonce, plain.encode(), bound_to.encode())
        return f"{self.first}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, bound_to: str) -> str:
        """Decrypt. Raises :class:`ConfigError` when the key is gone or anything was tampered with."""
        id_, _, encoded = sealed.partition(":")
        if id_ not in self._keys:
            raise ConfigError(
                f"A secret was sealed with the key {id_!r}, which GROWTHCORE_SECRET_KEYS lacks; "
                "add that key or enter the secret again"
            )
        data = _decoded(encoded)
        nonce, body = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
        try:
            return AESGCM(self._keys[id_]).decrypt(nonce, body, bound_to.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise ConfigError(
                "A stored secret does not open: it was altered, or belongs elsewhere. "
                "Enter it again"
            ) from error

    def derive(self, purpose: str) -> list[bytes]:
        """Keys for another purpose, one from each of these, newest first."""
        return [hmac.digest(key, purpose.encode(), "sha256") for key in self._keys.values()]


def generate(id_: str = "k1") -> str:
    """A new key as text, ready for ``GROWTHCORE_SECRET_KEYS``."""
    return f"{id_}:{base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}"


def key_file(settings: Settings) -> Path:
    """Where an installation without ``GROWTHCORE_SECRET_KEYS`` keeps its own keys."""
    return settings.data_dir / "secret-keys"


def load_keys(settings: Settings, *, create: bool) -> Keys:
    """The keys that are set, else those of the data folder's file, made now if ``create``.

    Raises :class:`ConfigError` when there are none.
    """
    if settings.secret_keys:
        return Keys.parse(settings.secret_keys)
    path = key_file(settings)
    if create and not path.exists():
        _write_once(path, generate())
    if not path.exists():
        raise ConfigError(
            "Set GROWTHCORE_SECRET_KEYS, the same for every process; "
            "`growthcore secrets generate` prints a key"
        )
    return Keys.parse(path.read_text())


def add_key(settings: Settings) -> Keys:
    """Put a new key first in the data folder's file, keeping the old ones."""
    path = key_file(settings)
    old = path.read_text().strip()
    taken = {part.partition(":")[0].strip() for part in old.split(",")}
    number = next(n for n in range(1, len(taken) + 2) if f"k{n}" not in taken)
    temporary = _written(path, f"{generate(f'k{number}')},{old}")
    temporary.replace(path)
    return Keys.parse(path.read_text())


def is_reference(value: object) -> bool:
    """Whether :func:`resolve` would read this from the server's environment or files."""
    return isinstance(value, str) and value.partition(":")[0] in (_ENV, _FILE)


def resolve(value: str) -> str:
    """The value itself, or what ``$env:NAME`` or ``$file:/path`` refers to.

    Raises :class:`ConfigError` when that is not there.
    """
    kind, _, name = value.partition(":")
    if kind == _ENV:
        if not os.environ.get(name):
            raise ConfigError(f"The environment variable {name} is not set")
        return os.environ[name]
    if kind == _FILE:
        try:
            return Path(name).read_text().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"The file {name} cannot be read as text") from error
    return value


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _write_once(path: Path, text: str) -> None:
    """Make the file whole or not at all; whoever comes second keeps the first one's."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = _written(path, text)
    with suppress(FileExistsError):
        path.hardlink_to(temporary)
    temporary.unlink()


def _written(path: Path, text: str) -> Path:
    # mkstemp makes the file with mode 0600.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".secret-keys-")
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
    return Path(name)
