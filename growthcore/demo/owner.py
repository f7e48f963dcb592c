"""The owner of the demo shop, and the password that every start prints."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from growthcore.core import Core
from growthcore.demo.catalogue import PATH
from growthcore.demo.scale import SHOP_NAME, ZONE
from growthcore.operators import setup

_FILE = "demo-owner.json"
EMAIL = "owner@demo.example"


@dataclass(frozen=True)
class Owner:
    """How to sign in."""

    email: str
    password: str = field(repr=False)

    @classmethod
    def create(cls, core: Core, base_url: str) -> Self:
        """Set the shop up with an owner whose password nobody has chosen, kept for printing."""
        owner = cls(EMAIL, secrets.token_urlsafe(9))
        shop = {"name": SHOP_NAME, "url": f"{base_url}{PATH}", "zone": str(ZONE)}
        new = setup.Setup.of(shop, {"name": "데모 운영자", **asdict(owner)})
        with core.db.unit() as session:
            setup.run(session, new, now=core.clock.now())
        owner._keep(core.settings.data_dir)
        return owner

    @staticmethod
    def is_kept(folder: Path) -> bool:
        """Whether a data folder is that of a demo."""
        return (folder / _FILE).is_file()

    @classmethod
    def of(cls, folder: Path) -> Self:
        """The owner as kept in a data folder. Raises ``FileNotFoundError``."""
        return cls(**json.loads((folder / _FILE).read_text("utf-8")))

    def _keep(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / _FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
