"""What is asked of a model, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from growthcore.api import Placement, Product


@dataclass(frozen=True, kw_only=True)
class Request:
    """For whom or what to recommend; everything is optional, ids are ours.

    ``product_id`` is the product that is being looked at: never part of the answer. Of a visitor with
    no ``customer_id`` it is looked up whose browser it is, unless they are known to be ``anonymous``.
    """

    customer_id: int | None = None
    visitor_id: int | None = None
    anonymous: bool = False
    product_id: int | None = None
    cart: Sequence[int] = ()


class RecommendedItem(NamedTuple):
    """A product that can be bought now.

    ``source`` is the slug of the model that proposed it, ``source_id`` its number and ``version``
    that of what it learnt. ``rules`` are the ids of those that put the item forward or held it in its
    place, or that withheld it.
    """

    product: Product
    score: float
    source: str
    source_id: int
    version: int
    algorithm: str
    reason: str
    rules: frozenset[int] = frozenset()


# Not frozen: a mailing has them made by the thousand, and that takes three times as long.
@dataclass(kw_only=True)
class Recommendation:
    """An answer, best first.

    ``skipped`` says of each model that gave nothing, by slug, why: ``unknown``, ``disabled``,
    ``algorithm_missing``, ``params_outdated``, ``not_trained``, ``failed``, ``timed_out``, ``resting``
    after that, ``nothing_known`` about whom or what was asked for, or ``nothing_left`` of what it
    proposed. ``withheld`` are items that a rule left out, which only a preview tells. ``model_id`` is the
    model asked, ``placement`` where it is shown. ``rules`` are the ids of those that left out
    what was proposed, or put forward or held what is shown.
    """

    items: Sequence[RecommendedItem]
    skipped: Mapping[str, str]
    withheld: Sequence[RecommendedItem] = ()
    model_id: int = 0
    placement: Placement = Placement.MAIN
    rules: frozenset[int] = frozenset()
    passed_over: Callable[[], Mapping[int, tuple[str, str]]] = field(
        default=dict, repr=False, compare=False
    )

    @cached_property
    def passed(self) -> Mapping[int, tuple[str, str]]:
        """Products that were proposed and not taken: by id, which model proposed each and why not.

        ``gone``, ``hidden``, ``sold_out``, ``excluded`` since it is what the page is about, in the cart
        or bought, or ``rule``.
        """
        return self.passed_over()
