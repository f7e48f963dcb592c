"""Every extension point, in one file.

Offers are asked once at startup, before the database is touched, and return classes or data; what
raises or returns the wrong type puts its plugin into quarantine and costs nobody else anything.
Runtime hooks are called plugin by plugin in a worker, each with its own
:class:`~growthcore.api.context.PluginContext`.

Hooks only ever gain arguments. An implementation may take fewer than the specification names, and
never gives one a default (pluggy would not pass it).
"""

# mypy: disable-error-code="empty-body"

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    import click
    from sqlalchemy.orm import DeclarativeBase

    from growthcore.api.admin import AdminPage
    from growthcore.api.algorithms import Algorithm
    from growthcore.api.channels import Channel
    from growthcore.api.conditions import Condition
    from growthcore.api.connections import Connection
    from growthcore.api.context import Candidate, PluginContext, Suppress
    from growthcore.api.policies import Policy
    from growthcore.api.sources import Source
    from growthcore.api.triggers import Trigger
    from growthcore.api.values import Event
    from growthcore.api.variables import Variable

    F = TypeVar("F", bound=Callable[..., object])

PROJECT = "growthcore"
hookspec = cast("Callable[[F], F]", pluggy.HookspecMarker(PROJECT))
hookimpl = cast("Callable[[F], F]", pluggy.HookimplMarker(PROJECT))

# ---------------------------------------------------------------- offers


@hookspec
def growthcore_channels() -> Iterable[type[Channel]]:
    """Offer delivery channels.

    Return classes: the core builds one instance for each account a person configures. Each needs an
    ``id`` no other channel has; on a clash the later plugin is quarantined.

    Example::

        @hookimpl
        def growthcore_channels():
            return [FileChannel]

    .. versionadded:: 1.0
    """


@hookspec
def growthcore_connections() -> Iterable[type[Connection]]:
    """Offer connections to outside systems, as classes with an ``id`` unique among connections.

    Return classes: the core builds one instance for each account a person configures and authorises.

    .. versionadded:: 1.0
    """


@hookspec
def growthcore_sources() -> Iterable[type[Source]]:
    """Offer sources of customers, products and events, as classes with an ``id`` unique among sources.

    Return classes: the core builds one instance for each account a person configures. The first 20
    characters of the ``id`` tell the source's events from those of others, for ever.

    .. versionadded:: 1.0
    """


@hookspec
def growthcore_algorithms() -> Iterable[type[Algorithm]]:
    """Offer recommendation algorithms, as classes with an ``id`` unique among algorithms.

    .. versionadded:: 1.0
    """


@hookspec
def growthcore_segment_conditions() -> Iterable[type[Condition]]:
    """Offer segment conditions, as classes with an ``id`` unique among conditions.

    .. versionadded:: 1.0
    """


@hookspec
def growthcore_triggers() -> Iterable[type[Trigger]]:
    """Offer campaign triggers, as classes with an ``id`` unique among triggers.

    .. versionadded:: 1.0
    """


@hookspec
def growthcore_policies() -> Iterable[type[Policy]]:
    """Offer send policies, as classes with an ``id`` unique among policies.

    All of them are asked about each message at the moment of sending, in the order of their ids; the
    first that objects speaks. Whoever deferred a message is asked again when its time comes.

    .. versionadded:: 1.0
    """


@hookspec
def growthcore_variables() -> Iterable[type[Variable]]:
    """Offer template variables, as classes whose ``id`` is the name between the braces.

    .. versionadded:: 1.0
    """


@hookspec
def growthcore_admin_pages() -> Iterable[AdminPage]:
    """Offer pages of the admin, as :class:`AdminPage` values.

    .. versionadded:: 1.0
    """


@hookspec
def growthcore_commands() -> Iterable[click.Command]:
    """Offer commands, mounted as ``growthcore <plugin> <command>``.

    Asked when the command line starts. A command gets the shop by ``@click.pass_obj``.

    .. versionadded:: 1.0
    """


@hookspec
def growthcore_models() -> type[DeclarativeBase]:
    """Offer the plugin's own tables: the base made by :func:`growthcore.api.db.plugin_base`.

    Their migrations lie in ``migrations/`` beside the plugin module and keep their place in a
    version table of the plugin's own, so that the plugin can be removed without a trace.

    .. versionadded:: 1.0
    """


# ---------------------------------------------------------------- while running


@hookspec
def growthcore_event_recorded(events: Sequence[Event], context: PluginContext) -> None:
    """Hear of events after they were committed, in batches and oldest first.

    Called in a worker, outside any transaction, once for each event as a rule and again if a worker
    dies in between: be idempotent by ``event.id``. An exception is logged and counted, nothing else.

    .. versionadded:: 1.0
    """


@hookspec
def growthcore_before_send(
    candidates: Sequence[Candidate], context: PluginContext
) -> Mapping[int, Suppress]:
    """Veto messages that are about to go, by message id.

    Called in a worker at the moment of sending, outside any transaction, after every check of the
    core. Any veto wins and all are recorded. If it raises, the messages are postponed and asked
    again; after the last attempt they are suppressed: a delay can be undone, a message cannot.

    .. versionadded:: 1.0
    """


@hookspec
def growthcore_customer_erased(customer_id: int, context: PluginContext) -> int:
    """Remove what the plugin's tables hold about a customer; return the number of rows.

    Called inside the erasure's transaction (``context.session``). An exception fails the erasure,
    which stays visible and can be repeated.

    .. versionadded:: 1.0
    """


@hookspec
def growthcore_customer_merged(kept_id: int, merged_id: int, context: PluginContext) -> None:
    """Move what the plugin's tables hold from one customer to the one that is kept.

    Called inside the merge's transaction (``context.session``); an exception rolls it back.

    .. versionadded:: 1.0
    """
