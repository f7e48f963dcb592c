"""Answers as they were given, written down afterwards so that a receipt can be explained.

A shop keeps so many a minute (the setting ``receipts_per_minute``) for so many days
(``receipts_days``), and forgets them with their customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from growthcore.api import GrowthCoreError, InvalidInput
from growthcore.catalog import service as catalog
from growthcore.core import Core
from growthcore.db.upsert import insert
from growthcore.recommendations import receipts
from growthcore.recommendations.answers import Recommendation, RecommendedItem, Request
from growthcore.recommendations.models import Model, Rule
from growthcore.recommendations.receipts import Minted, Receipt
from growthcore.recommendations.rules import counting
from growthcore.recommendations.rules.counting import Counts
from growthcore.recommendations.shown import ShownAnswer

_MOST_PASSED = 100
_MINUTE = timedelta(minutes=1)

Record = Mapping[str, Any]
"""A row of :class:`ShownAnswer`."""

Given = tuple[Request, Recommendation, Minted]
"""What was asked, what was answered, and the answer's receipts."""


class NotKept(GrowthCoreError):
    """The receipt is genuine, and nothing more is known about its answer."""


def record(
    model: str, asked: Request, answer: Recommendation, minted: Minted, at: datetime
) -> Record:
    """What is written down of an answer: whom and what it was for, and every item as it stood."""
    return {
        "id": minted.answer,
        "at": at,
        "model": model,
        "customer_id": asked.customer_id,
        "visitor_id": asked.visitor_id,
        "content": {
            "product": asked.product_id,
            "cart": list(asked.cart),
            "items": [_item(each) for each in answer.items],
            "passed": [
                [product, source, why]
                for product, (source, why) in [*answer.passed.items()][:_MOST_PASSED]
            ],
            "skipped": dict(answer.skipped),
        },
    }


def _item(item: RecommendedItem) -> dict[str, Any]:
    product = item.product
    return {
        "product": product.id,
        "source": item.source,
        "version": item.version,
        "algorithm": item.algorithm,
        "reason": item.reason,
        "score": item.score,
        "rules": sorted(item.rules),
        "price": product.price,
        "sale_price": product.sale_price,
        "currency": product.currency,
        "stock": product.stock,
    }


def room(core: Core, session: Session, at: datetime) -> int:
    """How many more answers of that minute are kept."""
    first, end = receipts.first_of(at), receipts.first_of(at + _MINUTE)
    taken = session.scalar(
        select(func.count(ShownAnswer.id)).where(ShownAnswer.id >= first, ShownAnswer.id < end)
    )
    return max(core.settings.receipts_per_minute - (taken or 0), 0)


def keep(core: Core, records: Sequence[Record], counts: Counts) -> bool:
    """Write down answers of about now; False once no more of this minute are kept.

    ``counts`` are added to what rules did, whatever is kept.
    """
    with core.db.unit() as session:
        counting.add(session, counts)
        left = room(core, session, core.clock.now())
        if fitting := list(records[:left]):
            session.execute(insert(session, ShownAnswer).on_conflict_do_nothing(), fitting)
    return left > len(records)


def sweep(core: Core, session: Session) -> int:
    """Forget what was kept for as long as the shop keeps it; how many that were."""
    end = receipts.first_of(core.clock.now() - timedelta(days=core.settings.receipts_days))
    gone = session.execute(delete(ShownAnswer).where(ShownAnswer.id < end))
    return int(gone.rowcount)  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why an item was shown. ``product`` and those in ``passed`` and ``cart`` are the shop's ids.

    ``rules`` are the names of those that put it forward or held it there. ``answer`` are all items that
    stood with it, in order; ``skipped`` models that gave nothing and
    ``passed`` products that were proposed and not taken, both with why.
    """

    served_at: datetime
    model: str
    page: str
    slot: int
    product: str
    source: str
    version: int
    algorithm: str
    reason: str
    score: float
    rules: Sequence[str]
    price: int | None
    sale_price: int | None
    currency: str
    stock: int | None
    looked_at: str | None
    cart: Sequence[str]
    answer: Sequence[str]
    skipped: Mapping[str, str]
    passed: Sequence[Mapping[str, str]]

    def as_dict(self) -> dict[str, Any]:
        """As JSON shows it."""
        return asdict(self) | {"served_at": self.served_at.isoformat()}


def why(core: Core, session: Session, text: str) -> Explanation:
    """Why an item was shown, by its receipt.

    Raises :class:`InvalidInput` for what is no receipt of this shop, :class:`NotKept` for one whose
    answer was not written down, is too old or was forgotten with its customer.
    """
    receipt = receipts.signer(core).read(text.strip())
    if receipt is None:
        raise InvalidInput({"receipt": "This is no receipt of this shop; copy it whole."})
    row = session.get(ShownAnswer, receipt.answer)
    if row is None:
        raise NotKept(_known_without(session, receipt))
    return _explained(session, receipt, row)


def _known_without(session: Session, receipt: Receipt) -> str:
    slugs = dict(
        session.execute(
            select(Model.id, Model.slug).where(Model.id.in_([receipt.model_id, receipt.source_id]))
        ).all()
    )
    named = catalog.load(session, [receipt.product_id]).get(receipt.product_id)
    model, source = (
        slugs.get(id_, "a deleted model") for id_ in (receipt.model_id, receipt.source_id)
    )
    return (
        f"{named.external_id if named else 'A product that is gone'} was shown at "
        f"{receipt.served_at:%Y-%m-%dT%H:%M}Z in slot {receipt.slot} of {model} ({receipt.page}), "
        f"proposed by {source}, version {receipt.version}; more was not kept of that answer. How many "
        "answers are kept, and for how long, is said by GROWTHCORE_RECEIPTS_PER_MINUTE and "
        "GROWTHCORE_RECEIPTS_DAYS."
    )


def _explained(session: Session, receipt: Receipt, row: ShownAnswer) -> Explanation:
    content = row.content
    passed = content["passed"]
    shown = [each["product"] for each in content["items"]]
    named = _names(
        session, [*shown, *content["cart"], content["product"], *(each[0] for each in passed)]
    )
    item = content["items"][receipt.slot - 1]
    return Explanation(
        served_at=row.at,
        model=row.model,
        page=receipt.page.value,
        slot=receipt.slot,
        looked_at=named.get(content["product"]),
        cart=[named[each] for each in content["cart"]],
        answer=[named[each] for each in shown],
        skipped=content["skipped"],
        passed=[
            {"product": named[product], "source": source, "why": reason}
            for product, source, reason in passed
        ],
        **{
            **item,
            "product": named[receipt.product_id],
            "rules": _rules(session, item["rules"]),
        },
    )


def _names(session: Session, product_ids: Sequence[int | None]) -> dict[int | None, str]:
    """The shop's ids; products are never removed, only hidden."""
    found = catalog.load(session, {id_ for id_ in product_ids if id_ is not None})
    return {id_: product.external_id for id_, product in found.items()}


def _rules(session: Session, ids: Sequence[int]) -> list[str]:
    rows = session.execute(select(Rule.id, Rule.name).where(Rule.id.in_(ids)))
    names = {id_: name for id_, name in rows}  # noqa: C416
    return [names.get(id_, f"deleted-{id_}") for id_ in ids]
