"""What happens between two trainings is taken up by those algorithms that can."""

from datetime import timedelta

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
    shop.pass_time(seconds=15)
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


def folders(shop, slug="model"):
    return sorted((shop.core.settings.data_dir / "models" / slug).iterdir())


def test_one_refresh_lies_beside_what_was_trained_and_a_training_begins_anew(refreshed):
    for name in ("P2", "P3"):
        refreshed.sells(name)
        refreshed.pass_time(seconds=60)
        assert refreshing.refresh(refreshed.core, refreshed.id)
    assert [each.name.split("-")[0] for each in folders(refreshed)] == ["1", "1"]
    training.train(refreshed.core, refreshed.id)
    assert count(refreshed) == 0


def test_where_a_refresh_can_no_longer_be_read_what_was_trained_answers(refreshed):
    refreshed.pass_time(seconds=60)
    refreshing.refresh(refreshed.core, refreshed.id)
    (folders(refreshed)[1] / "count.npy").write_bytes(b"broken")
    assert count(refreshed) == 0
    assert refreshed.versions("model") == {1: "active"}
    assert refreshing.refresh(refreshed.core, refreshed.id)
    assert count(refreshed) == 1
    assert len(folders(refreshed)) == 2


def test_what_takes_long_is_refreshed_less_often(refreshed):
    refreshed.pass_time(seconds=60)
    refreshing.refresh(refreshed.core, refreshed.id, iter([0.0, 20.0]).__next__)
    refreshed.happens("view_item", "P1", visitor="browser-1")
    refreshed.pass_time(seconds=70)
    assert due(refreshed) == []
    refreshed.pass_time(seconds=20)
    assert due(refreshed) == [refreshed.id]


def test_a_refresh_that_fails_leaves_the_last_good_one(refreshed, monkeypatch):
    def broken(self, *given):
        raise ZeroDivisionError

    monkeypatch.setattr(type(refreshed.scripted), "refresh", broken)
    refreshed.pass_time(seconds=60)
    refreshed.happens("view_item", "P1", visitor="browser-1")
    assert due(refreshed) == [refreshed.id]
    assert not refreshing.refresh(refreshed.core, refreshed.id)
    assert count(refreshed) == 0
    refreshed.pass_time(seconds=10)
    assert due(refreshed) == []  # it rests, too
    refreshed.pass_time(seconds=40)
    assert due(refreshed) == [refreshed.id]


def test_what_waited_in_the_queue_beside_another_is_not_done_again(refreshed):
    refreshed.pass_time(seconds=60)
    assert refreshing.refresh(refreshed.core, refreshed.id)
    refreshed.sells("P2")
    assert not refreshing.refresh(refreshed.core, refreshed.id)
    assert count(refreshed) == 1


def test_what_is_again_as_it_was_trained_is_answered_from_that(refreshed):
    refreshed.scripted.fits = lambda interactions, params: {"count": np.array([1])}
    training.train(refreshed.core, refreshed.id)
    for hidden, shown in ((False, 2), (True, 1)):
        refreshed.pass_time(seconds=60)
        refreshed.sells("P2", hidden=hidden)
        assert refreshing.refresh(refreshed.core, refreshed.id)
        assert count(refreshed) == shown
    assert [each.name for each in folders(refreshed)] == ["1", "2"]


def work(shop):
    """Let the scheduler find what is due, and a worker do it."""
    (task,) = (each for each in scheduler.TASKS if each.name == "models.refresh")
    task.run(shop.core)
    shop.jobs.run(shop.core)


def test_the_scheduler_wakes_it(refreshed):
    refreshed.pass_time(seconds=60)
    refreshed.happens("view_item", "P1", visitor="browser-1")
    (task,) = (each for each in scheduler.TASKS if each.name == "models.refresh")
    task.run(refreshed.core)
    assert refreshed.jobs.names.count("refresh") == 1


def test_what_everybody_buys_is_popular_within_a_minute(shop):
    shop.sells("P1", "P2")
    shop.happens("purchase", "P1", customer="C1", ago=timedelta(days=1))
    shop.trained("popular")
    assert shop.names(shop.recommend("popular")) == ["P1", "P2"]
    kept = folders(shop, "popular")[0] / "base_times.npy"
    shop.pass_time(seconds=5)
    for name in ("C2", "C3"):
        shop.happens("purchase", "P2", customer=name)
    shop.pass_time(seconds=50)
    work(shop)
    assert shop.names(shop.recommend("popular")) == ["P2", "P1"]
    again = folders(shop, "popular")[1] / "base_times.npy"
    assert again.samefile(kept)
