"""Which contents the events of calls say were clicked.

GA4 calls it ``select_content``, with the content's id in ``content_id``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date

from growthcore.api.event_names import canonical
from growthcore.web.storefront.intake import Intake

_CLICK = "select_content"


def clicked(intakes: Sequence[Intake], taken: Sequence[Sequence[int]]) -> Counter[tuple[str, date]]:
    """The clicks of the events that were taken, by call; programs' do not count."""
    found: Counter[tuple[str, date]] = Counter()
    for intake, indexes in zip(intakes, taken, strict=True):
        for index in () if intake.machine else indexes:
            event = intake.events[index]
            content = (event.properties or {}).get("content_id")
            if canonical(event.name) == _CLICK and isinstance(content, str):
                found[content, event.occurred_at.astimezone(UTC).date()] += 1
    return found
