"""What a channel's provider can do."""

from __future__ import annotations

from dataclasses import dataclass

from growthcore.api.values import MessageClass


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a channel can do. ``batch_size`` is the most messages one :meth:`Channel.send` takes.

    ``recognises_reference``: sending a reference again is answered by the provider with the first
    message, so an uncertain hand-over may be repeated: answer :meth:`Receipt.retry`.
    ``reports_delivery``: what became of accepted messages can be asked later, by
    :meth:`Channel.results`. ``syncs_senders`` and ``syncs_templates``: the provider keeps the list.
    ``diagnoses``: :meth:`Channel.diagnose` has something to say.
    ``replays``: what was handed over may be handed over again however long ago that was, since the
    receiver tells it by its reference; so operators can send again what it refused or lost.
    """

    batch_size: int = 100
    measures_opens: bool = False
    measures_clicks: bool = False
    recognises_reference: bool = False
    reports_delivery: bool = False
    syncs_senders: bool = False
    syncs_templates: bool = False
    diagnoses: bool = False
    replays: bool = False
    classes: frozenset[MessageClass] = frozenset(MessageClass)
