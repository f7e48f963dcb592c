"""Files as rows: CSV, JSON Lines and Parquet, each plain or (but for Parquet) gzipped.

Rows are read one after another in bounded memory. A row that cannot be read is a :class:`Row`
with an ``error``; a file that cannot be read raises :class:`~growthcore.api.ConfigError`.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import msgspec

from growthcore.api import ConfigError

_CHUNK = 1024 * 1024
_LONGEST_LINE = 1024 * 1024
_FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``number`` counts from 1 and leaves out the header and empty lines."""

    number: int
    values: Mapping[str, Any]
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file that was looked through once: ``fingerprint`` is SHA-256 of its bytes, in hex.

    ``encoding`` is ``utf-8-sig``, or ``cp949`` where a CSV file is not UTF-8.
    """

    path: Path
    format: str
    fingerprint: str
    size: int
    encoding: str


def inspect(path: Path) -> Source:
    """Look through a file: its format by name, its fingerprint and encoding by content."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    name = next((_FORMATS[suffix] for suffix in suffixes[-2:] if suffix in _FORMATS), None)
    if name is None or (suffixes[-1] not in _FORMATS and suffixes[-1] != ".gz"):
        raise ConfigError(f"{path.name}: use a .csv, .jsonl or .parquet file (.csv.gz, .jsonl.gz)")
    if name == "parquet" and suffixes[-1] == ".gz":
        raise ConfigError(f"{path.name}: Parquet is compressed inside; unpack it with gunzip first")
    try:
        with path.open("rb") as file:
            fingerprint = hashlib.file_digest(file, "sha256").hexdigest()
        utf8 = name == "parquet" or _is_utf8(path)
    except (OSError, EOFError, zlib.error) as error:
        raise ConfigError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    return Source(
        path=path,
        format=name,
        fingerprint=fingerprint,
        size=path.stat().st_size,
        encoding="utf-8-sig" if utf8 or name != "csv" else "cp949",
    )


def rows(source: Source, read: Callable[[int], None] = lambda _: None) -> Iterator[Row]:
    """Every row of the file, in order. ``read`` is told, now and then, how many bytes are behind."""
    readers = {"csv": _csv_rows, "jsonl": _json_rows, "parquet": _parquet_rows}
    with source.path.open("rb") as raw:
        for row in readers[source.format](source, raw):
            if row.number % 500 == 0:
                read(raw.tell())
            yield row


def columns(source: Source) -> list[str] | None:
    """The names in a file's header; None for JSON Lines, which has none."""
    if source.format == "jsonl":
        return None
    with source.path.open("rb") as raw:
        if source.format == "parquet":
            return list(_parquet(raw).schema_arrow.names)
        with _text(source, raw) as text:
            return _header(csv.reader(text, strict=True))


def _opened(source: Source, raw: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(raw)) if source.path.suffix.lower() == ".gz" else raw


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    opener = gzip.open if path.suffix.lower() == ".gz" else Path.open
    with opener(path, "rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


# ---------------------------------------------------------------- CSV


def _text(source: Source, raw: IO[bytes]) -> io.TextIOWrapper:
    # What is not CP949 either costs its own row only: it comes out as U+FFFD and is refused.
    return io.TextIOWrapper(
        _opened(source, raw), encoding=source.encoding, errors="replace", newline=""
    )


def _header(lines: Iterator[list[str]]) -> list[str]:
    names = [name.strip() for name in next(lines, [])]
    if not names or not all(names):
        raise ConfigError("The first line must name every column")
    if repeated := {name for name in names if names.count(name) > 1}:
        raise ConfigError(f"The header names a column twice: {', '.join(sorted(repeated))}")
    return names


def _csv_rows(source: Source, raw: IO[bytes]) -> Iterator[Row]:
    with _text(source, raw) as text:
        lines = csv.reader(text, strict=True)
        names = _header(lines)
        for number, values in enumerate(_csv_lines(lines), start=1):
            if isinstance(values, csv.Error):
                yield Row(
                    number, {}, f"The row cannot be read as CSV ({values}); check its quotes."
                )
            else:
                yield _csv_row(number, names, values)


def _csv_lines(lines: Iterator[list[str]]) -> Iterator[list[str] | csv.Error]:
    """The lines that are not empty; the error in place of one that cannot be read."""
    while True:
        try:
            values = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            yield error
        else:
            if values:
                yield values


def _csv_row(number: int, names: list[str], values: list[str]) -> Row:
    if len(values) != len(names):
        fit = f"The row has {len(values)} values where the header names {len(names)} columns."
        return Row(number, dict(zip(names, values, strict=False)), fit)
    filled = {name: value for name, value in zip(names, values, strict=True) if value.strip()}
    if any("\ufffd" in value for value in values):
        return Row(number, filled, "The row holds characters that are neither UTF-8 nor CP949.")
    return Row(number, filled)


# ---------------------------------------------------------------- JSON Lines


def _json_rows(source: Source, raw: IO[bytes]) -> Iterator[Row]:
    number = 0
    for index, line in enumerate(_lines(_opened(source, raw))):
        text = line if index else line.removeprefix(codecs.BOM_UTF8)
        if text.strip():
            number += 1
            yield _json_row(number, text)


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Lines, cut at the longest allowed: what was cut off is skipped and never held."""
    while line := file.readline(_LONGEST_LINE):
        yield line
        while len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(_LONGEST_LINE)


def _json_row(number: int, line: bytes) -> Row:
    try:
        values = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Row(number, {}, f"The row is not a line of JSON of at most 1 MiB ({error}).")
    if not isinstance(values, dict):
        return Row(number, {}, 'The row must be an object such as {"id": "A-1"}.')
    return Row(number, {name: value for name, value in values.items() if value is not None})


# ---------------------------------------------------------------- Parquet


def _parquet(raw: IO[bytes]) -> Any:
    try:
        from pyarrow import ArrowInvalid
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise ConfigError(
            "Reading Parquet needs pyarrow: pip install growthcore[parquet]"
        ) from error
    try:
        return ParquetFile(raw)
    except ArrowInvalid as error:
        raise ConfigError(f"This is no Parquet file: {error}") from error


def _parquet_rows(_source: Source, raw: IO[bytes]) -> Iterator[Row]:
    number = 0
    for batch in _parquet(raw).iter_batches(batch_size=1_000):
        for values in batch.to_pylist():
            number += 1
            yield Row(number, {name: value for name, value in values.items() if value is not None})
