"""Artifacts as files: plain arrays in a folder, with a manifest that tells them whole.

Nothing is ever unpickled. A folder appears under its final name only when it is complete, and is
never changed after that.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from growthcore.api import BASE, Arrays, GrowthCoreError

_MANIFEST = "manifest.json"
_DRAFT = ".draft-"
_ABANDONED = 24 * 3600
"""Seconds after which a draft belongs to a training that died."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
_PLAIN_KINDS = "biufSU"
_FLOAT = "f"


class Unusable(GrowthCoreError):
    """Arrays that cannot be kept, or files that cannot be trusted any more."""


@dataclass(frozen=True)
class Draft:
    """A complete artifact under a temporary name. ``size`` is in bytes."""

    folder: Path
    sha256: str
    size: int

    def publish(self, folder: Path) -> None:
        """Give it its name. What lies there already is left of a training that died: it goes."""
        remove(folder)
        self.folder.rename(folder)

    def discard(self) -> None:
        """Remove it."""
        remove(self.folder)


@dataclass(frozen=True)
class Opened:
    """The arrays of an artifact, mapped from the files of a folder."""

    folder: Path
    arrays: Arrays


def check(arrays: object) -> Arrays:
    """What an algorithm learnt, if it can be kept. Raises :class:`Unusable` naming the array."""
    if not isinstance(arrays, Mapping):
        raise Unusable("fit() must return a mapping of arrays by name")
    for name, array in arrays.items():
        _check(name, array)
    return arrays


def _check(name: Any, array: Any) -> None:
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        raise Unusable(f"the array name {name!r} must be of a-z, 0-9 and _")
    if not isinstance(array, np.ndarray):
        raise Unusable(f"{name} is no array")
    if array.dtype.kind not in _PLAIN_KINDS:
        raise Unusable(f"{name} is of {array.dtype}; only numbers and text of fixed width are kept")
    if array.dtype.kind == _FLOAT and not np.isfinite(array).all():
        raise Unusable(f"{name} holds NaN or infinity")


def write(model: Path, arrays: Arrays, before: Opened | None = None) -> Draft:
    """Write checked arrays into a draft within the model's folder. Raises ``OSError``.

    Those that are the very same as ``before`` become another name of the same file.
    """
    model.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=model))
    _sweep(model, folder)
    try:
        digests = {}
        for name, array in arrays.items():
            same = before if before and before.arrays.get(name) is array else None
            digests[name] = _write(folder, name, array, same)
        manifest = json.dumps({"arrays": digests}, sort_keys=True).encode()
        _durably(folder / _MANIFEST, manifest)
    except BaseException:
        remove(folder)
        raise
    size = sum(path.stat().st_size for path in folder.iterdir())
    return Draft(folder, hashlib.sha256(manifest).hexdigest(), size)


def _sweep(model: Path, newest: Path) -> None:
    """Remove abandoned drafts; how old they are is told by the clock of the disk they lie on."""
    now = newest.stat().st_mtime
    for draft in model.glob(f"{_DRAFT}*"):
        if now - draft.stat().st_mtime > _ABANDONED:
            remove(draft)


def _write(folder: Path, name: str, array: npt.NDArray[Any], same: Opened | None) -> str:
    path = folder / f"{name}.npy"
    if same is None:
        np.save(path, array, allow_pickle=False)
        _flush(path)
    else:
        os.link(same.folder / path.name, path)
    return _digest(path)


def _durably(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    _flush(path)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(folder: Path, sha256: str) -> Arrays:
    """The arrays to answer from, read-only and mapped into memory, once a process and version.

    What is for refreshing is not among them. Raises :class:`Unusable` when anything is missing or was
    changed.
    """
    opened = _opened(folder.parent)
    arrays = opened.get(sha256)
    if arrays is None:
        arrays = _read(folder, sha256, lambda name: not name.startswith(BASE))
        # One version a model: what is mapped is not freed on disk while it is mapped.
        opened.clear()
        opened[sha256] = arrays
    return arrays


@lru_cache(maxsize=1000)
def _opened(_model: Path) -> dict[str, Arrays]:
    """The open artifact of the model in a folder, by its checksum."""
    return {}


def read_whole(folder: Path, sha256: str) -> Opened:
    """All arrays of an artifact, those for refreshing too. Raises :class:`Unusable` as :func:`read`."""
    return Opened(folder, _read(folder, sha256, lambda _: True))


def _read(folder: Path, sha256: str, is_wanted: Callable[[str], bool]) -> Arrays:
    try:
        manifest = (folder / _MANIFEST).read_bytes()
        if hashlib.sha256(manifest).hexdigest() != sha256:
            raise Unusable(f"the checksum of {_MANIFEST} differs")
        digests: Mapping[str, str] = json.loads(manifest)["arrays"]
        wanted = filter(is_wanted, digests)
        return MappingProxyType({name: _map(folder, name, digests[name]) for name in wanted})
    except OSError as error:
        raise Unusable(f"a file cannot be read: {error.strerror}") from error


def _map(folder: Path, name: str, sha256: str) -> npt.NDArray[Any]:
    path = folder / f"{name}.npy"
    if _digest(path) != sha256:
        raise Unusable(f"the checksum of {path.name} differs")
    # As plain arrays, which are the same memory: cutting up a memmap takes ten times as long.
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def remove(folder: Path) -> None:
    """Remove a version or a model with everything in it, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)
