"""What a message was made of: kept small, so that it can be shown again as it was sent."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.db.upsert import insert_for
from growthcore.messaging.models import MessageSnapshot


def pack(content: Mapping[str, Any]) -> bytes:
    """Compress a snapshot."""
    # One is made a message: the lowest level takes half the time and hardly more room.
    return zlib.compress(msgspec.json.encode(content), 1)


def unpack(packed: bytes) -> dict[str, Any]:
    """The snapshot again."""
    content: dict[str, Any] = msgspec.json.decode(zlib.decompress(packed))
    return content


def save(session: Session, snapshots: Mapping[int, bytes]) -> None:
    """Keep the snapshots of messages about to go, in place of those of an earlier attempt."""
    if not snapshots:
        return
    session.connection().execute(
        _saving(session.get_bind().dialect.name),
        [{"message_id": id_, "content": content} for id_, content in snapshots.items()],
    )


@cache
def _saving(dialect: str) -> Any:
    statement = insert_for(dialect, MessageSnapshot)
    return statement.on_conflict_do_update(
        index_elements=["message_id"], set_={"content": statement.excluded.content}
    )


def load(session: Session, message_id: int) -> dict[str, Any] | None:
    """The snapshot of one message, or None when it was never rendered or has been erased."""
    packed = session.scalar(
        select(MessageSnapshot.content).where(MessageSnapshot.message_id == message_id)
    )
    return unpack(packed) if packed else None
