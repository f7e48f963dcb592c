"""What happens between two trainings is taken up by those algorithms that can."""

import numpy as np
import pytest

from growthcore.recommendations import refreshing, training
from growthcore.worker import scheduler


@pytest.fixture
def database(sqlite_database):
    """What is of one database here is asked on both elsewhere."""
    return sqlite_database


@pytest.fixture
def refreshed(shop, monkeypatch):
    """A model that counts the products on show, and counts again when it is refreshed."""
    monkeypatch.setattr(type(shop.scripted), "refreshes", True)
    monkeypatch.setattr(
        type(shop.scripted), "refresh",
        lambda self, artifact, news, since, params: {"count": np.array([len(news.products())])},
        raising=False,
    )  # fmt: skip
    shop.scripted.fits = lambda interactions, params: {"count": np.array([0])}
    shop.sells("P1")
    shop.trained("model", "scripted")
    shop.id = shop.standing("model").model.id
    return shop


def due(shop):
    with shop.core.db.read() as session:
        return refreshing.due(shop.core, session)


def count(shop):
    seen = []
    shop.scripted.answers = lambda request: seen.append(int(request.artifact["count"][0])) or []
    shop.recommend("model")
    return seen[0]


def test_news_are_taken_up_within_a_minute_under_the_same_version(refreshed):
    refreshed.pass_time(seconds=50)
    assert due(refreshed) == []
    refreshed.sells("P2")
    refreshed.happens("view_item", "P2", visitor="browser-1")
    refreshed.pass_time(seconds=5)
    assert due(refreshed) == [refreshed.id]
    assert refreshing.refresh(refreshed.core, refreshed.id)
    assert due(refreshed) == []
    assert count(refreshed) == 2
    assert refreshed.versions("model") == {1: "active"}


def test_old_files_go_and_a_training_begins_anew(refreshed):
    for seconds in (60, 120):
        refreshed.pass_time(seconds=seconds)
        refreshing.refresh(refreshed.core, refreshed.id)
    folder = refreshed.core.settings.data_dir / "models" / "model"
    assert len(list(folder.iterdir())) == 1
    training.train(refreshed.core, refreshed.id)
    assert count(refreshed) == 0


def test_a_refresh_that_fails_leaves_the_last_good_one(refreshed, monkeypatch):
    def broken(self, *given):
        raise ZeroDivisionError

    monkeypatch.setattr(type(refreshed.scripted), "refresh", broken)
    assert not refreshing.refresh(refreshed.core, refreshed.id)
    assert count(refreshed) == 0


def test_the_scheduler_wakes_it(refreshed):
    refreshed.pass_time(seconds=60)
    refreshed.happens("view_item", "P1", visitor="browser-1")
    (task,) = (each for each in scheduler.TASKS if each.name == "models.refresh")
    task.run(refreshed.core)
    assert refreshed.jobs.names.count("refresh") == 1
