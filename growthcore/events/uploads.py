"""Files of contents that people upload: small ones, imported while they wait."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from growthcore.api import ConfigError, InvalidInput
from growthcore.core import Core
from growthcore.events.importing import files
from growthcore.events.importing.contents import Contents
from growthcore.events.importing.kinds import Reading
from growthcore.events.importing.plan import Plan
from growthcore.events.importing.runner import Import, Summary
from growthcore.operators import audit, workspace

LARGEST = 5 * 1024 * 1024
_SOURCE = "import:upload"


def take_contents(core: Core, data: bytes, *, actor: str) -> Summary:
    """Import a CSV file (UTF-8 or CP949) as ``growthcore import contents`` would.

    Raises :class:`InvalidInput` at ``file`` for one that is not read at all; then nothing is written.
    """
    if not data:
        raise InvalidInput({"file": "Choose a CSV file with at least one row."})
    if len(data) > LARGEST:
        told = f"A file has at most {LARGEST // 1024 // 1024} MB; split it, or use `growthcore import`."
        raise InvalidInput({"file": told})
    # The importer reads files, and leaves the rows it refuses beside them.
    with TemporaryDirectory(prefix="growthcore-") as folder:
        path = Path(folder, "upload.csv")
        path.write_bytes(data)
        try:
            summary = _imported(core, path)
        except ConfigError as error:
            raise InvalidInput({"file": str(error)}) from error
    _note(core, summary, actor)
    return summary


def _imported(core: Core, path: Path) -> Summary:
    source = files.inspect(path)
    columns = files.columns(source) or []
    if unknown := [name for name in columns if name not in Contents.fields]:
        raise InvalidInput({"file": f"Rename or remove these columns: {', '.join(unknown)}."})
    if "external_id" not in columns:
        raise InvalidInput(
            {"file": "The first line must name the columns, external_id among them."}
        )
    with core.db.read() as session:
        shop = workspace.get(session)
    reading = Reading(
        zone=ZoneInfo(shop.zone),
        currency=shop.currency,
        source=_SOURCE,
        fingerprint=source.fingerprint,
    )
    plan = Plan(name="contents", kind=Contents(reading), options=(_SOURCE,))
    return Import(core.db, core.clock, source, plan).run()


def _note(core: Core, summary: Summary, actor: str) -> None:
    with core.db.unit() as session:
        audit.record(
            session,
            at=core.clock.now(),
            actor=actor,
            action="content.imported",
            kind="content",
            id="file",
            details=summary.counts,
        )
