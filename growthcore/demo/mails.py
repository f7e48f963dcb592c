"""The mails of the demo's campaigns: a frame they share, and what each says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


def content(name: str, *, subject: str, preheader: str) -> Mapping[str, str]:
    """What a campaign by e-mail sends: the mail of that name in ``data/mails``."""
    html = _templates().get_template(f"{name}.html").render()
    return {"subject": subject, "preheader": preheader, "html": html}


@cache
def _templates() -> Environment:
    # What they hold is ours; the recipients' values are filled in, and escaped, by the channel.
    return Environment(
        loader=PackageLoader("growthcore.demo", "data/mails"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
        trim_blocks=True,
    )
