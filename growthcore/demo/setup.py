"""What stands before anybody comes: the shop, its keys, how it sends, products, customers, segments."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from importlib import resources
from itertools import groupby

from sqlalchemy.orm import Session

from growthcore.api import AddressKind
from growthcore.core import Core
from growthcore.customers import consent, suppression
from growthcore.customers import service as customers
from growthcore.customers.consent import Statement
from growthcore.demo import addresses
from growthcore.demo.people import Person
from growthcore.demo.scale import ACTOR, SHOP_NAME
from growthcore.messaging import send_policy
from growthcore.operators import keys, workspace
from growthcore.recommendations import service as models
from growthcore.recommendations import training, widgets
from growthcore.segments import saved

_SHOP: Mapping[str, str] = {
    "business_name": SHOP_NAME,
    "contact_phone": "02-000-0000",
    "contact_email": addresses.SENDER,
    "postal_address": "서울특별시 가상구 하루로 1",
    "opt_out_number": "080-000-0000",
}

_MODELS: Sequence[tuple[str, str, str, str, Sequence[str]]] = (
    ("popular", "popular_backup", "인기 상품", "main", ()),
    ("recently-viewed", "recently_viewed", "최근 본 상품", "main", ("popular",)),
    ("similar-style", "similar_style", "비슷한 스타일", "product", ("popular",)),
    ("viewed-together", "viewed_together", "함께 본 상품", "product", ("similar-style", "popular")),
    ("cart", "cart_based", "장바구니와 어울리는 상품", "cart", ("popular",)),
    ("for-you", "user_based", "회원님을 위한 추천", "message", ("popular",)),
)


def settings(core: Core, session: Session, smtp_port: int) -> None:
    """What the shop says of itself, its keys, account and policy, and what it recommends by."""
    now = core.clock.now()
    workspace.update(session, _SHOP, now=now, actor=ACTOR)
    keys.issue_public(session, label="데모 쇼핑몰", now=now, actor=ACTOR)
    core.accounts.create(
        session,
        provider="email_smtp",
        label="데모 메일 (샌드박스)",
        values=addresses.account(smtp_port),
        actor=ACTOR,
    )
    send_policy.change(
        core,
        session,
        "quiet_hours",
        {"exempt": ["*:email"]},
        reason="이메일은 야간 전송 제한 대상이 아닙니다.",
        actor=ACTOR,
        now=now,
    )
    for slug, algorithm, name, placement, backups in _MODELS:
        models.create(
            core, session, slug, algorithm=algorithm, name=name, backups=backups, actor=ACTOR
        )
        widgets.place(core, session, slug, placement=placement, actor=ACTOR)


def members(core: Core, session: Session, people: Sequence[Person]) -> dict[int, Person]:
    """Put the customers in, each in the month they joined, with what they consented to; by our id."""
    by_id: dict[int, Person] = {}
    statements: list[Statement] = []
    for _, joined in groupby(people, key=lambda person: (person.joined.year, person.joined.month)):
        new = list(joined)
        at = max(person.joined for person in new)
        found = customers.upsert(session, [person.profile for person in new], now=at)
        for person, made in zip(new, found, strict=True):
            if made.id is not None:
                by_id[made.id] = person
                statements += _said(person, made.id)
    consent.record_all(session, statements)
    for person in people:
        if person.suppressed:
            _suppress(session, person, core.clock.now())
    return by_id


def _said(person: Person, customer_id: int) -> Iterator[Statement]:
    for channel, purpose, granted in (
        ("email", "advertising", person.mail),
        ("email", "night", person.night),
        ("sms", "advertising", person.text),
    ):
        if granted:
            yield Statement(
                customer_id=customer_id,
                channel=channel,
                purpose=purpose,
                granted=True,
                at=person.joined,
                source="회원 가입",
            )


def _suppress(session: Session, person: Person, now: datetime) -> None:
    suppression.add(
        session,
        AddressKind.EMAIL,
        person.email,
        reason=person.suppressed or "",
        source=ACTOR,
        actor=ACTOR,
        at=max(person.joined, now - timedelta(days=20)),
    )


def segments(core: Core, session: Session) -> Mapping[str, int]:
    """Save the segments; their ids by name."""
    text = resources.files("growthcore.demo").joinpath("data/segments.json").read_text("utf-8")
    return {
        given["name"]: saved.create(core, session, **given, actor=ACTOR).id
        for given in json.loads(text)
    }


def learn(core: Core) -> None:
    """Train what is trained, on what happened up to now."""
    with core.db.read() as session:
        trained = [
            each.model.id
            for each in models.standings(session)
            if core.plugins.algorithms[each.model.algorithm].trained
        ]
    for model_id in trained:
        training.train(core, model_id)
