"""Files attached to a mail: put into MIME once, for every recipient of a content."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from growthcore.api import File, Files, Text

LARGEST = 10 * 1024 * 1024
"""Bytes of all attachments of a mail together; many servers take no mail of more than 20 MB encoded."""
BOUNDARY = "=_files"
_PIECE = 50
_LINE = 57
"""Bytes a line of base64, which has 76 characters (RFC 2045 §6.8)."""


@dataclass(frozen=True)
class Attachments:
    """Attachments ready to go out: their parts, each behind its boundary, and the end of the mail."""

    parts: bytes = field(repr=False)
    told: Sequence[Text] = ()


def attached(files: Sequence[File], stored: Files) -> Attachments | None:
    """The files as parts of a mail; None without any. Raises ConfigError where one is gone."""
    if not files:
        return None
    contents = [stored.read(each.key) for each in files]
    parts = [_part(file, data) for file, data in zip(files, contents, strict=True)]
    end = f"--{BOUNDARY}--\r\n".encode("ascii")
    told = [_told(file, len(data)) for file, data in zip(files, contents, strict=True)]
    return Attachments(b"".join([*parts, end]), told)


def _part(file: File, data: bytes) -> bytes:
    """One file with its header (RFC 2183, its name as RFC 2231 has it)."""
    head = (
        f"--{BOUNDARY}\r\n"
        f"Content-Type: {file.type}\r\n"
        f"Content-Disposition: attachment;\r\n{_name(file.name)}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    lines = (base64.b64encode(data[at : at + _LINE]) for at in range(0, len(data), _LINE))
    return head.encode("ascii") + b"".join(line + b"\r\n" for line in lines)


def _name(name: str) -> str:
    """The parameter of a file's name, in pieces: a line has at most 78 characters."""
    if name.isascii() and len(name) <= 60:
        return f' filename="{name}"'
    pieces = _pieces(name)
    if len(pieces) == 1:
        return f" filename*=UTF-8''{pieces[0]}"
    first, *rest = pieces
    lines = [f" filename*0*=UTF-8''{first}"]
    lines += [f" filename*{number}*={piece}" for number, piece in enumerate(rest, 1)]
    return ";\r\n".join(lines)


def _pieces(name: str) -> list[str]:
    """The name in percent-encoding, cut between characters."""
    pieces = [""]
    for character in name:
        coded = quote(character, safe="")
        if len(pieces[-1]) + len(coded) > _PIECE:
            pieces.append("")
        pieces[-1] += coded
    return pieces


def _told(file: File, size: int) -> Text:
    shown = f"{file.name} ({max(1, round(size / 1024)):,} KB)"
    return Text(f"첨부 파일: {shown}", f"Attached: {shown}")
