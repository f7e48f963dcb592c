"""The channel."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from growthcore.api import (
    AddressKind,
    Capabilities,
    Channel,
    Compiled,
    ConfigError,
    Finding,
    Handed,
    ItemView,
    MessageClass,
    Notice,
    OutgoingMessage,
    Preview,
    Receipt,
    RenderContext,
    RetryableError,
    Severity,
    Template,
    Text,
    is_block,
    require,
    unclosed,
)
from growthcore_channel_file import spool
from growthcore_channel_file.schema import Config, Content

_ADDRESS = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")
_REPAIRABLE = (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError)


class FileChannel(Channel):
    """Messages as JSON lines: whoever reads the file delivers them."""

    id = "file"
    title = Text("파일", "File")
    help = Text("메시지를 파일에 한 줄씩 기록합니다.", "Writes a line a message to a file.")
    medium = "email"
    address = AddressKind.EMAIL
    capabilities = Capabilities(batch_size=500)
    Config = Config
    Content = Content

    @property
    def _path(self) -> Path:
        return Path(self.context.config["path"])

    def verify(self) -> None:
        """Raise :class:`ConfigError` unless the file can be written."""
        folder = self._path.parent
        require(folder.is_dir(), f"The folder {folder} does not exist. Create it, then try again.")
        require(
            not self._path.is_dir(), f"{self._path} is a folder. Give the path of a file in it."
        )
        writable = self._path if self._path.exists() else folder
        require(
            os.access(writable, os.W_OK),
            f"{writable} can't be written. Give the user that GrowthCore runs as the right to.",
        )

    def check(self, content: Mapping[str, Any], message_class: MessageClass) -> Sequence[Finding]:
        """Find variables that were begun and never closed."""
        return [
            Finding(
                severity=Severity.BLOCKING,
                code="variable_unclosed",
                path=path,
                text=f"{begun!r} begins a variable that is not closed: write #{{NAME}}.",
            )
            for path in ("subject", "body")
            for begun in unclosed(content[path])
        ]

    def compile(self, content: Mapping[str, Any]) -> Compiled:
        """Cut subject and body at their variables; a block of items becomes a line an item."""
        subject, body = Template(content["subject"]), Template(content["body"])
        names = subject.names | body.names
        blocks = frozenset(filter(is_block, names))

        def render(recipient: RenderContext) -> Mapping[str, Any]:
            items = {block: _listed(recipient.items(block)) for block in blocks}
            values = {**recipient.values, **items}
            return _laid_out(subject.render(values), body.render(values), recipient.notice)

        return Compiled(names=names - blocks, blocks=blocks, render=render)

    def preview(self, rendered: Mapping[str, str]) -> Preview:
        """Show subject and body."""
        return Preview(subject=rendered["subject"] or None, text=rendered["body"])

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Add a line for every message whose address is one."""
        good = [message for message in batch if _ADDRESS.fullmatch(message.address)]
        if good:
            self._append([self._line(message) for message in good])
        accepted = {message.reference for message in good}
        return [
            Receipt.accepted(message.reference)
            if message.reference in accepted
            else Receipt.rejected("address_malformed")
            for message in batch
        ]

    def settle(self, handed: Sequence[Handed]) -> Mapping[str, Receipt]:
        """Look the references up in the file."""
        wanted = {each.reference for each in handed}
        written = {_reference(line) for line in spool.read(self._path)} if wanted else set()
        return {reference: Receipt.accepted(reference) for reference in wanted & written}

    def _line(self, message: OutgoingMessage) -> bytes:
        line = {
            "reference": message.reference,
            "at": self.context.clock.now().isoformat(),
            "class": message.message_class,
            "to": message.address,
            **message.rendered,
        }
        return json.dumps(line, ensure_ascii=False).encode()

    def _append(self, lines: Sequence[bytes]) -> None:
        try:
            spool.append(self._path, lines, durable=self.context.config["durable"])
        except spool.Unwritten as error:
            said = getattr(error.__cause__, "strerror", None)
            if isinstance(error.__cause__, _REPAIRABLE):
                raise ConfigError(f"{self._path} can't be written: {said}.") from error
            raise RetryableError(f"{self._path} can't be written now: {said}.") from error
        if pace := self.context.config["pace"]:
            time.sleep(len(lines) / pace)


def _laid_out(subject: str, body: str, notice: Notice | None) -> dict[str, Any]:
    """A message with what the law asks it to say: the label in its place, the rest for the deliverer."""
    if notice is None:
        return {"subject": subject, "body": body}
    if subject:
        subject = _labelled(subject, notice.label)
    else:
        body = _labelled(body, notice.label)
    told = {
        "label": notice.label,
        "sender": notice.sender,
        "contact": notice.contact,
        "opt_out_number": notice.opt_out_number,
        "opt_out": notice.opt_out,
    }
    return {"subject": subject, "body": body, "notice": told}


def _labelled(text: str, label: str) -> str:
    return text if text.lstrip().startswith(label) else f"{label} {text}"


def _listed(items: Sequence[ItemView]) -> str:
    return "\n".join(f"{item.name} {item.price} {item.url}" for item in items)


def _reference(line: bytes) -> str | None:
    """The reference in a line, or None for a line that is not ours."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found.get("reference") if isinstance(found, dict) else None
