"""From a recipient's values to what the channel hands over.

The core resolves variables, blocks and links here; the channel only lays them out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from growthcore.api import Compiled, ItemView, MessageClass, MissingValue, Notice, item_part
from growthcore.messaging.law.pack import korea
from growthcore.messaging.tracking import with_utm


class Link(NamedTuple):
    """A link as it stands in one message: where it leads, and what reports call it."""

    url: str
    alias: str | None


@dataclass(kw_only=True)
class Context:
    """One recipient's :class:`growthcore.api.RenderContext`; collects the links it hands out.

    ``track`` turns the position of a link into its tracked address, or is None where clicks are
    not counted (a preview). ``utm`` is added to every link.
    """

    message_class: MessageClass
    values: Mapping[str, str]
    blocks: Mapping[str, Sequence[ItemView]] = field(default_factory=dict)
    notice: Notice | None = None
    unsubscribe_url: str = ""
    open_pixel: str | None = None
    track: Callable[[int], str] | None = None
    utm: tuple[tuple[str, str], ...] = ()
    links: dict[Link, int] = field(default_factory=dict)
    handed_out: set[str] = field(default_factory=set)

    def items(self, block: str) -> Sequence[ItemView]:
        """The items of a block, their links tracked."""
        return [
            ItemView(
                name=item.name,
                price=item.price,
                url=self.link(item.url, f"{block}:{position}"),
                image_url=item.image_url,
                quantity=item.quantity,
            )
            for position, item in enumerate(self.blocks.get(block, ()), 1)
        ]

    def link(self, url: str, alias: str | None = None) -> str:
        """The tracked form of a link; the same link again gives the same address, and so does that."""
        if url in self.handed_out:
            return url
        link = Link(with_utm(url, self.utm), alias)
        position = self.links.setdefault(link, len(self.links))
        address = self.track(position) if self.track else link.url
        self.handed_out.add(address)
        return address


@dataclass(frozen=True)
class RenderedMessage:
    """A rendered message and its snapshot, or why it can't be rendered: which variable is ``missing``."""

    rendered: Any = field(default=None, repr=False)
    snapshot: Mapping[str, Any] = field(default_factory=dict, repr=False)
    problem: str | None = None
    missing: str | None = None


def render(compiled: Compiled, context: Context) -> RenderedMessage:
    """Render for one recipient; a missing value is a problem of this recipient alone."""
    try:
        rendered = compiled.render(_with_items(compiled, context))
    except MissingValue as error:
        return RenderedMessage(problem="variable_missing", missing=error.name)
    return RenderedMessage(rendered, snapshot_of(context))


def _with_items(compiled: Compiled, context: Context) -> Context:
    """With the values of what stands for parts of a block's first item; links are collected as ever."""
    parts = {name: part for name in compiled.names if (part := item_part(name))}
    if not parts:
        return context
    values = {
        name: _part_of(context, block, item, part)
        for name, (block, part) in parts.items()
        for item in context.blocks.get(block, ())[:1]
    }
    return replace(context, values={**context.values, **values})


def _part_of(context: Context, block: str, item: ItemView, part: str) -> str:
    match part:
        case "NAME":
            return item.name
        case "PRICE":
            return item.price
    return context.link(item.url, f"{block}:1")


def snapshot_of(context: Context) -> dict[str, Any]:
    """What :func:`context_from` needs to render the same again."""
    return {
        "values": dict(context.values),
        "blocks": {
            name: [[i.name, i.price, i.url, i.image_url, i.quantity, i.receipt] for i in items]
            for name, items in context.blocks.items()
        },
        "notice": _kept(context.notice),
        "links": [[link.url, link.alias] for link in context.links],
        "utm": context.utm,
    }


def context_from(snapshot: Mapping[str, Any], message_class: MessageClass) -> Context:
    """A context that renders what a snapshot holds, with plain links and no pixel."""
    return Context(
        message_class=message_class,
        values=snapshot["values"],
        blocks={
            name: [
                # What was kept before there were receipts has one part less.
                ItemView(name=n, price=p, url=u, image_url=i, quantity=q)
                for n, p, u, i, q, *_ in items
            ]
            for name, items in snapshot["blocks"].items()
        },
        notice=_notice(snapshot.get("notice")),
        utm=tuple((name, value) for name, value in snapshot["utm"]),
    )


def _kept(notice: Notice | None) -> list[str | None] | None:
    """What the shop was called then: the spellings that count as no label are not of the shop."""
    if notice is None:
        return None
    return [notice.label, notice.sender, notice.contact, notice.opt_out_number, notice.opt_out]


def _notice(kept: Sequence[str] | None) -> Notice | None:
    if not kept:
        return None
    label, sender, contact, number, opt_out = kept
    return Notice(
        label=label,
        forbidden_labels=korea().forbidden_labels,
        sender=sender,
        contact=contact,
        opt_out_number=number,
        opt_out=opt_out,
    )
