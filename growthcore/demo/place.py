"""Where the demo keeps its data: made once as a whole, or not at all.

A demo is made in a folder beside its own, which gets the name only when everything is in it. So a
folder of that name is complete, and what a start that broke off left is made anew.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from growthcore.api import Clock, ConfigError
from growthcore.app import build_core
from growthcore.clock import FixedClock
from growthcore.db import migrations
from growthcore.demo.owner import Owner
from growthcore.demo.scale import Scale
from growthcore.demo.seeding import Say, seed
from growthcore.settings import Settings


def prepare(folder: Path, present: Clock, *, scale: Scale, base_url: str, say: Say) -> Owner:
    """The owner of the demo in ``folder``, which is made unless it is there.

    Raises :class:`ConfigError` when the folder holds something else, or somebody is making it now.
    """
    if not Owner.is_kept(folder):
        if folder.exists() and any(folder.iterdir()):
            raise ConfigError(f"{folder} holds something that is no demo; choose another folder")
        part = folder.with_name(f"{folder.name}.part")
        with _alone(part):
            _make(part, present, scale=scale, base_url=base_url, say=say)
            part.rename(folder)
    return Owner.of(folder)


def _make(part: Path, present: Clock, *, scale: Scale, base_url: str, say: Say) -> None:
    settings = Settings(data_dir=part, base_url=base_url)
    clock = FixedClock(present.now())
    bare = build_core(settings, clock=clock)
    migrations.upgrade(bare.db, bare.plugins)
    bare.db.dispose()
    # Once more, with the plugins that were held back while they had no tables.
    core = build_core(settings, clock=clock)
    seed(core, clock, present, scale=scale, base_url=base_url, say=say)
    core.db.dispose()


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    """Hold the empty folder for this process. Raises :class:`ConfigError` when another one does."""
    part.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(part, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for each in part.iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()
        yield
    except BlockingIOError as error:
        raise ConfigError(f"Another process is making the demo in {part.name} now") from error
    finally:
        os.close(descriptor)
