"""Files that contents name, such as the attachments of a mail."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from marshmallow import ValidationError, fields

from growthcore.api.errors import ConfigError

TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "txt": "text/plain",
    "csv": "text/csv",
    "ics": "text/calendar",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "hwp": "application/x-hwp",
    "hwpx": "application/hwp+zip",
}
"""Media type by extension: what people open, and nothing that runs."""

_KEY = re.compile(rf"[0-9a-f]{{64}}\.({'|'.join(TYPES)})")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|]')
_LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class File:
    """A file by its ``key`` (SHA-256 and extension), and the name its reader sees."""

    key: str
    name: str

    @property
    def type(self) -> str:
        """Its media type."""
        return TYPES[self.key.rpartition(".")[2]]


class Files(Protocol):
    """The files of the shop, on this machine."""

    def size(self, key: str) -> int | None:
        """Its bytes; None where there is no such file."""

    def read(self, key: str) -> bytes:
        """The whole of it. Raises :class:`ConfigError` where there is no such file."""


class NoFiles:
    """:class:`Files` where there are none."""

    def size(self, key: str) -> int | None:
        """There is none."""
        return None

    def read(self, key: str) -> bytes:
        """Raise :class:`ConfigError`."""
        raise ConfigError("A file of the message is gone. Attach it again.")


class FilesField(fields.Field[Sequence[File]]):
    """At most ``most`` files: a list of ``{"file": KEY, "name": "coupon.pdf"}``."""

    def __init__(self, *, most: int = 5, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> Sequence[File]:
        if not isinstance(value, list):
            raise ValidationError("Give the files as a list in JSON.")
        if len(value) > self.most:
            raise ValidationError(f"At most {self.most} files fit in here.")
        files = [_file(each) for each in value]
        if len({file.name for file in files}) < len(files):
            raise ValidationError("Two files have the same name. Give one another name.")
        return files

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return [{"file": each.key, "name": each.name} for each in value or ()]


def _file(told: Any) -> File:
    if not isinstance(told, Mapping) or set(told) != {"file", "name"}:
        raise ValidationError("A file has a file and a name.")
    key, name = told["file"], told["name"]
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ValidationError("A file is named by its SHA-256 and extension. Upload it first.")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= _LONGEST_NAME:
        raise ValidationError(f"The name of a file has 1-{_LONGEST_NAME} characters.")
    if _UNSAFE.search(name) or not name.lower().endswith(key.rpartition(".")[2]):
        raise ValidationError(
            "The name of a file has no quotation marks, slashes or line breaks, and the extension it "
            "was uploaded with."
        )
    return File(key=key, name=name.strip())
