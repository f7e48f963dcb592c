"""What a plugin says about itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from growthcore.api.text import Text

API_VERSION: tuple[int, int] = (1, 0)
"""Version of this API. A plugin fits when its major is equal and its minor is not newer."""

_NAME = re.compile(r"[a-z][a-z0-9_]{2,49}")


class Category(StrEnum):
    """The shelf a plugin stands on in the admin."""

    CHANNEL = "channel"
    ALGORITHM = "algorithm"
    SEGMENT = "segment"
    TRIGGER = "trigger"
    POLICY = "policy"
    VARIABLES = "variables"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A plugin's identity: every plugin module holds one as ``MANIFEST``.

    ``name`` is a slug and equals the entry point's name, the folder's and the table prefix.
    ``api`` is the :data:`API_VERSION` the plugin was written against.
    Raises ``ValueError`` for a name that is no slug.
    """

    name: str
    title: Text
    api: tuple[int, int]
    category: Category
    description: Text = Text("", "")

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f"manifest name {self.name!r} must be 3-50 characters of a-z, 0-9 and _, "
                "beginning with a letter"
            )

    def fits(self, core: tuple[int, int] = API_VERSION) -> bool:
        """Whether a core with API version ``core`` can run this plugin."""
        return self.api[0] == core[0] and self.api[1] <= core[1]
