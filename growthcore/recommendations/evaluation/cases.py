"""What is asked of an algorithm, and what would have been right: built of what people did next.

The past ends where the future begins; an algorithm learns from the one and is judged by the other. So
nothing of what it is judged by can have been learnt.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from growthcore.api import Interactions, Key
from growthcore.recommendations.lines import Person

EVENT = "purchase"
"""What somebody wanted is what they bought."""
_LEAST_OF_CART = 3


@dataclass(frozen=True, kw_only=True)
class Case:
    """Somebody, what they look at or have in the cart, and what they bought besides."""

    person: Person = (None, None)
    product_id: int | None = None
    cart: tuple[int, ...] = ()
    wanted: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Future:
    """What was bought after the past: by person, and by order with its person."""

    of_people: dict[int, set[int]]
    orders: list[tuple[int, list[int]]]


def future(interactions: Interactions, past: Interactions) -> Future:
    """What happened after the past, up to now, with products that were on show then."""
    known = set(past.products())
    people: dict[int, set[int]] = {}
    orders: dict[int, tuple[int, list[int]]] = {}
    for chunk in interactions.chunks([EVENT], past.until):
        for who, product, event in zip(
            chunk.customers.tolist(), chunk.products.tolist(), chunk.events.tolist(), strict=True
        ):
            if product not in known:
                continue
            if who:
                people.setdefault(who, set()).add(product)
            orders.setdefault(event, (who, []))[1].append(product)
    return Future(of_people=people, orders=list(orders.values()))


def bought(past: Interactions, people: Iterable[int]) -> dict[int, set[int]]:
    """What each of some people bought before."""
    found: dict[int, set[int]] = {who: set() for who in people}
    asked = np.array(sorted(found), dtype=np.int64)
    for chunk in past.chunks([EVENT]):
        mine = np.isin(chunk.customers, asked)
        for who, product in zip(
            chunk.customers[mine].tolist(), chunk.products[mine].tolist(), strict=True
        ):
            found[who].add(product)
    return found


def cases(
    key: Key, past: Interactions, after: Future, *, keeps_bought: bool, most: int, seed: int = 7
) -> list[Case]:
    """Cases for an algorithm of that key, at most ``most``, always the same ones.

    A customer's case wants what they bought later; without ``keeps_bought``, only what they had not
    bought before. A cart's is an order of three or more products of which one is held out; a
    product's is one of an order, and wants the rest.
    """
    match key:
        case Key.CART:
            made = _of_carts(after, random.Random(seed))  # noqa: S311
        case Key.PRODUCT:
            made = _of_products(after, random.Random(seed))  # noqa: S311
        case _:
            made = _of_people(past, after, keeps_bought=keeps_bought)
    if len(made) > most:
        made = random.Random(seed).sample(made, most)  # noqa: S311
    return made


def _of_people(past: Interactions, after: Future, *, keeps_bought: bool) -> list[Case]:
    before = bought(past, after.of_people)
    everybody = [
        Case(
            person=_person(who), wanted=frozenset(wanted if keeps_bought else wanted - before[who])
        )
        for who, wanted in sorted(after.of_people.items())
        # Somebody nobody knew is everybody's case of popularity; they say nothing about a model.
        if before[who]
    ]
    return [case for case in everybody if case.wanted]


def _of_carts(after: Future, dice: random.Random) -> list[Case]:
    made = []
    for who, products in _distinct(after.orders):
        if len(products) >= _LEAST_OF_CART:
            held = dice.choice(products)
            rest = tuple(each for each in products if each != held)
            made.append(Case(person=_person(who), cart=rest, wanted=frozenset({held})))
    return made


def _of_products(after: Future, dice: random.Random) -> list[Case]:
    made = []
    for who, products in _distinct(after.orders):
        if len(products) > 1:
            seen = dice.choice(products)
            wanted = frozenset(products) - {seen}
            made.append(Case(person=_person(who), product_id=seen, wanted=wanted))
    return made


def _distinct(orders: Sequence[tuple[int, list[int]]]) -> list[tuple[int, list[int]]]:
    return [(who, sorted(set(products))) for who, products in orders]


def _person(who: int) -> Person:
    return (who, None) if who > 0 else (None, -who) if who else (None, None)


def anonymous(case: Case) -> Case:
    """The same case, asked by nobody known."""
    return replace(case, person=(None, None))
