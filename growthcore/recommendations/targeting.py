"""To whom a model is shown."""

from __future__ import annotations

from growthcore.core import Core
from growthcore.recommendations import chains
from growthcore.segments import saved, service


def reaches(core: Core, slug: str, customer_id: int | None) -> bool:
    """Whether a model is shown to somebody: to everybody, or to the customers of its segment.

    Raises :class:`InvalidInput` for an unknown model.
    """
    segment_id = chains.load(core, slug).segment_id
    if segment_id is None:
        return True
    if customer_id is None:
        return False
    with core.db.read() as session:
        segment = saved.get(session, segment_id)
        return bool(service.contains(core, session, segment.definition, [customer_id]))
