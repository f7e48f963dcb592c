"""A shop whose models and past a test tells in a few words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from growthcore.api import Algorithm, Category, Key, ParamsSchema, Text, hookimpl
from growthcore.core import Core
from growthcore.customers.models import Visitor
from growthcore.events import identification
from growthcore.recommendations import service, serving, training
from growthcore.recommendations.models import Artifact
from growthcore.testing import factories
from growthcore.testing.jobs import CollectedJobs
from growthcore.testing.plugins import a_manifest, plugins_of
from growthcore_algo_popular_backup import plugin as popular_backup
from growthcore_algo_recently_viewed import plugin as recently_viewed
from growthcore_segment_customer_attribute import plugin as customer_attribute


class Scripted(Algorithm):
    """Does what the test says."""

    id, title, key, Params = "scripted", Text("대본", "Scripted"), Key.NONE, ParamsSchema
    fits: Callable[..., Any] = staticmethod(lambda interactions, params: {})
    answers: Callable[..., Any] = staticmethod(lambda request: [])

    def fit(self, interactions, params):
        return self.fits(interactions, params)

    def recommend(self, request):
        return self.answers(request)


@dataclass
class Shop:
    core: Core
    scripted: Scripted
    products: dict[str, int] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.core.clock.now()

    @property
    def jobs(self) -> CollectedJobs:
        return self.core.jobs

    def pass_time(self, **length: float) -> None:
        self.core.clock.at += timedelta(**length)

    def sells(self, *external_ids: str, **fields: Any) -> list[int]:
        """Make or change products."""
        with self.core.db.unit() as session:
            made = [factories.make_product(session, each, **fields).id for each in external_ids]
        self.products |= dict(zip(external_ids, made, strict=True))
        return made

    def customer(self, external_id: str) -> int:
        with self.core.db.unit() as session:
            return factories.make_customer(session, external_id).id

    def happens(self, name: str, *items: str, ago: timedelta = timedelta(), **who: Any) -> None:
        """Record an event of a ``customer`` or ``visitor``."""
        with self.core.db.unit() as session:
            factories.make_event(session, name, at=self.now - ago, items=items, **who)

    def visitor(self, key: str) -> int:
        with self.core.db.read() as session:
            return session.scalars(select(Visitor.id).where(Visitor.key == key)).one()

    def identify(self, visitor: str, external_id: str) -> int:
        with self.core.db.unit() as session:
            known = identification.identify(session, visitor, external_id=external_id, now=self.now)
        return known.customer_id

    def model(self, slug: str, algorithm: str = "popular_backup", **options: Any) -> int:
        with self.core.db.unit() as session:
            return service.create(
                self.core, session, slug, algorithm=algorithm, actor="test", **options
            ).id

    def trained(self, slug: str, algorithm: str = "popular_backup", **options: Any) -> Artifact:
        return training.train(self.core, self.model(slug, algorithm, **options))

    def recommend(self, slug: str, *, limit: int = 8, **asked: Any) -> serving.Recommendation:
        return serving.recommend(self.core, slug, limit=limit, **asked)

    def names(self, answer: serving.Recommendation) -> list[str]:
        return [each.product.external_id for each in answer.items]

    def standing(self, slug: str) -> service.Standing:
        with self.core.db.read() as session:
            return next(each for each in service.standings(session) if each.model.slug == slug)

    def versions(self, slug: str) -> dict[int, str]:
        """States by version."""
        with self.core.db.read() as session:
            model = service.get(session, slug)
            rows = session.scalars(select(Artifact).where(Artifact.model_id == model.id))
            return {each.version: each.state for each in rows}


def scripted_plugin(algorithms: Sequence[type[Algorithm]]) -> type:
    offer = staticmethod(hookimpl(lambda: algorithms, specname="growthcore_algorithms"))
    return type(
        "Plugin",
        (),
        {"MANIFEST": a_manifest("scripted", Category.ALGORITHM), "growthcore_algorithms": offer},
    )


@pytest.fixture
def shop(make_core, database) -> Shop:
    plugins = plugins_of(
        popular_backup, recently_viewed, customer_attribute, scripted_plugin([Scripted])
    )
    core = make_core(database, plugins)
    return Shop(core, core.plugins.algorithms["scripted"])
