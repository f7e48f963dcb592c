"""What the plugin is, and its hooks."""

from __future__ import annotations

from collections.abc import Sequence

import click
from sqlalchemy.orm import DeclarativeBase

from growthcore.api import (
    AdminPage,
    Category,
    Event,
    Manifest,
    PluginContext,
    Text,
    hookimpl,
)
from growthcore_event_debugger import page, store
from growthcore_event_debugger.commands import tail
from growthcore_event_debugger.models import Base

MANIFEST = Manifest(
    name="event_debugger",
    title=Text("이벤트 디버거", "Event debugger"),
    api=(1, 0),
    category=Category.OTHER,
    description=Text(
        "최근에 수집된 이벤트 1,000건을 관리자 화면과 명령줄에서 확인합니다.",
        "The last 1,000 events that came in, on a page of the admin and on the command line.",
    ),
)


@hookimpl
def growthcore_models() -> type[DeclarativeBase]:
    """Offer the table the events are kept in."""
    return Base


@hookimpl
def growthcore_admin_pages() -> list[AdminPage]:
    """Offer the page."""
    return [AdminPage(slug="live", title=page.TITLE, render=page.render)]


@hookimpl
def growthcore_commands() -> list[click.Command]:
    """Offer ``growthcore event_debugger tail``."""
    return [tail]


@hookimpl
def growthcore_event_recorded(events: Sequence[Event], context: PluginContext) -> None:
    """Keep the events."""
    with context.unit() as session:
        store.keep(session, events)


@hookimpl
def growthcore_customer_erased(customer_id: int, context: PluginContext) -> int:
    """Forget the customer's events."""
    return store.erase(store.inside(context), customer_id)


@hookimpl
def growthcore_customer_merged(kept_id: int, merged_id: int, context: PluginContext) -> None:
    """Give the events to the customer that is kept."""
    store.merge(store.inside(context), kept_id, merged_id)
