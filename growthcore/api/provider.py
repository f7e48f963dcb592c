"""What every provider (channel, algorithm, condition, trigger, variable) has in common."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from growthcore.api.errors import ConfigError
from growthcore.api.files import Files, NoFiles
from growthcore.api.ports import AccountState, Clock, HttpClient, Log
from growthcore.api.schema import ConfigSchema
from growthcore.api.senders import Directory
from growthcore.api.text import Text

if TYPE_CHECKING:
    from growthcore.api.connections import Connections


@dataclass(frozen=True, kw_only=True)
class ProviderContext:
    """What the core hands to a provider when it builds one.

    ``config`` is what the provider's ``Config`` schema loaded, with secrets opened.
    ``account_id`` is None for providers that need no account. ``directory`` holds the account's own
    senders and templates, ``connections`` every connection of the shop, ``files`` those that contents
    name.
    """

    config: Mapping[str, Any] = field(default_factory=dict, repr=False)
    clock: Clock
    http: HttpClient
    log: Log
    state: AccountState
    directory: Directory
    connections: Connections
    account_id: int | None = None
    files: Files = field(default_factory=NoFiles, repr=False)


class Provider(ABC):
    """A class offered by a plugin and built by the core.

    ``id`` is unique among providers of its kind. Construction does no I/O and is cheap: the core
    builds a provider again whenever its account changes. With ``verify_before_save`` people can keep
    settings only after :meth:`verify` found nothing wrong with exactly these.
    """

    id: ClassVar[str]
    title: ClassVar[Text]
    help: ClassVar[Text] = Text("", "")
    Config: ClassVar[type[ConfigSchema]] = ConfigSchema
    verify_before_save: ClassVar[bool] = False

    def __init__(self, context: ProviderContext) -> None:
        self.context = context

    def verify(self) -> None:
        """Try the account for real (network allowed).

        Also called on settings that are only typed yet; what it puts into ``context.state`` is then
        kept nowhere.

        Raises :class:`ConfigError` with a sentence for the operator when it cannot work, and
        :class:`RetryableError` when the other side cannot be reached now.
        """


def require(condition: object, message: str) -> None:
    """Raise :class:`ConfigError` with ``message`` unless ``condition`` holds."""
    if not condition:
        raise ConfigError(message)
