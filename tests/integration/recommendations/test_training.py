from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from growthcore.api import InvalidInput
from growthcore.core import Queue
from growthcore.recommendations import service, training
from growthcore.recommendations.models import Model
from growthcore.testing.jobs import WakeUp

ARRAYS = {"scores": np.array([1.0, 2.0])}


def due(shop):
    with shop.core.db.read() as session:
        return training.needs_training(shop.core, session)


def fits(shop, result):
    shop.scripted.fits = lambda interactions, params: result


def test_a_training_leaves_an_active_version(shop):
    shop.sells("P1")
    shop.happens("view_item", "P1", visitor="browser-1")
    artifact = shop.trained("popular")
    assert (artifact.version, artifact.state, artifact.interactions) == (1, "active", 1)
    assert artifact.message == "Learnt from 1 interactions, 1 products on show."
    assert artifact.trained_at == shop.now
    folder = shop.core.settings.data_dir / artifact.path
    assert artifact.size == sum(path.stat().st_size for path in folder.iterdir())


def test_the_next_training_takes_the_place_of_the_last(shop):
    fits(shop, ARRAYS)
    first = shop.trained("model", "scripted")
    second = training.train(shop.core, first.model_id)
    assert second.version == 2
    assert shop.versions("model") == {1: "superseded", 2: "active"}


def test_only_some_old_versions_are_kept(shop):
    fits(shop, ARRAYS)
    model_id = shop.model("model", "scripted")
    for _ in range(5):
        training.train(shop.core, model_id)
    assert shop.versions("model") == {3: "superseded", 4: "superseded", 5: "active"}
    folder = shop.core.settings.data_dir / "models" / "model"
    assert sorted(path.name for path in folder.iterdir()) == ["3", "4", "5"]


def test_too_little_to_learn_from_is_told_with_numbers_and_is_no_failure(shop):
    artifact = shop.trained("popular")
    assert artifact.state == "insufficient"
    assert artifact.message == (
        "Not enough to learn from yet: 0 interactions, 0 products on show; 7 days of data are needed."
    )


def test_too_little_leaves_the_last_version_in_use(shop):
    fits(shop, ARRAYS)
    model_id = shop.trained("model", "scripted").model_id
    fits(shop, {})
    training.train(shop.core, model_id)
    assert shop.versions("model") == {1: "active", 2: "insufficient"}


@pytest.mark.parametrize(
    ("learnt", "message"),
    [
        ({"scores": np.array([np.nan])}, "scores holds NaN or infinity"),
        ({"scores": np.array([None])}, "scores is of object"),
        (None, "must return a mapping"),
    ],
)
def test_junk_is_refused_and_told(shop, learnt, message):
    fits(shop, ARRAYS)
    model_id = shop.trained("model", "scripted").model_id
    fits(shop, learnt)
    artifact = training.train(shop.core, model_id)
    assert artifact.state == "failed"
    assert message in artifact.message
    assert shop.versions("model") == {1: "active", 2: "failed"}


def test_an_algorithm_that_raises_is_told_of_and_counted(shop):
    def breaks(interactions, params):
        raise ZeroDivisionError("secret")

    shop.scripted.fits = breaks
    artifact = shop.trained("model", "scripted")
    assert artifact.state == "failed"
    assert "plugin scripted: ZeroDivisionError" in artifact.message
    assert "secret" not in artifact.message
    assert shop.core.plugins.record("scripted").failures == 1


def test_a_missing_algorithm_is_told_of(shop):
    model_id = shop.model("model", "scripted")
    shop.core.plugins.hold("scripted", "for the test")
    artifact = training.train(shop.core, model_id)
    assert artifact.state == "failed"
    assert "No active plugin offers the algorithm scripted" in artifact.message


def test_no_transaction_is_open_while_an_algorithm_learns(shop):
    open_connections = []

    def looks(interactions, params):
        open_connections.append(shop.core.db.engine.pool.checkedout())
        list(interactions.chunks(["view_item"]))
        open_connections.append(shop.core.db.engine.pool.checkedout())
        return ARRAYS

    shop.scripted.fits = looks
    shop.trained("model", "scripted")
    assert open_connections == [0, 0]


def test_a_full_disk_is_told_of(shop, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    fits(shop, ARRAYS)
    monkeypatch.setattr("os.fsync", full)
    artifact = shop.trained("model", "scripted")
    assert artifact.state == "failed"
    assert "could not be written: No space left" in artifact.message


def test_a_model_deleted_while_it_is_trained_leaves_no_files(shop):
    def deletes(interactions, params):
        with shop.core.db.unit() as session:
            service.delete(shop.core, session, "model", actor="test")
        return ARRAYS

    shop.scripted.fits = deletes
    with pytest.raises(InvalidInput, match="deleted while"):
        shop.trained("model", "scripted")
    assert list((shop.core.settings.data_dir / "models").rglob("*.npy")) == []


def test_what_is_not_trained_says_so(shop):
    model_id = shop.model("seen", "recently_viewed")
    with pytest.raises(InvalidInput, match="needs no training"):
        training.train(shop.core, model_id)


def test_an_unknown_model_cannot_be_trained(shop):
    with pytest.raises(InvalidInput, match="no recommendation model 99"):
        training.train(shop.core, 99)


def test_a_new_model_is_trained_right_after_the_commit(shop):
    model_id = shop.model("popular")
    assert list(shop.jobs.collected) == [WakeUp(Queue.BACKGROUND, "train", (model_id,))]
    assert due(shop) == [model_id]


def test_what_needs_no_training_wakes_nobody(shop):
    shop.model("seen", "recently_viewed")
    assert not shop.jobs.collected
    assert due(shop) == []


def test_models_are_trained_once_a_night(shop):
    fits(shop, ARRAYS)
    shop.core.clock.at = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)  # 3 o'clock at night in Seoul
    model_id = shop.trained("model", "scripted").model_id
    shop.pass_time(minutes=59)
    assert due(shop) == []
    shop.pass_time(minutes=1)
    assert due(shop) == [model_id]
    training.train(shop.core, model_id)
    shop.pass_time(hours=23, minutes=59)
    assert due(shop) == []
    shop.pass_time(minutes=1)
    assert due(shop) == [model_id]


@pytest.mark.parametrize("learnt", [{}, None])
def test_a_training_without_result_is_tried_again_within_the_hour(shop, learnt):
    fits(shop, learnt)
    model_id = shop.trained("model", "scripted").model_id
    shop.pass_time(minutes=59)
    assert due(shop) == []
    shop.pass_time(minutes=1)
    assert due(shop) == [model_id]


def test_a_model_that_is_switched_off_is_not_trained(shop):
    model_id = shop.model("popular")
    with shop.core.db.unit() as session:
        session.get(Model, model_id).enabled = False
    assert due(shop) == []


def test_nobody_trains_what_another_worker_trains(shop):
    model_id = shop.model("model", "scripted")
    meanwhile = []

    def looks(interactions, params):
        meanwhile.append((due(shop), training.train_if_due(shop.core, model_id)))
        return ARRAYS

    shop.scripted.fits = looks
    assert training.train_if_due(shop.core, model_id).state == "active"
    assert meanwhile == [([], None)]
    assert training.train_if_due(shop.core, model_id) is None


def test_a_training_that_died_is_taken_over_when_its_time_is_over(shop):
    fits(shop, ARRAYS)
    model_id = shop.model("model", "scripted")
    with shop.core.db.unit() as session:
        session.get(Model, model_id).training_since = shop.now
    shop.pass_time(minutes=shop.core.settings.training_minutes)
    assert training.train_if_due(shop.core, model_id) is None
    shop.pass_time(minutes=5)
    assert training.train_if_due(shop.core, model_id).state == "active"


def test_the_job_of_a_deleted_model_does_nothing(shop):
    assert training.train_if_due(shop.core, 99) is None


def test_interactions_after_now_are_not_learnt_from(shop):
    shop.sells("P1")
    shop.happens("view_item", "P1", visitor="browser-1")
    shop.pass_time(minutes=-1)
    assert shop.trained("popular").interactions == 0


def test_old_interactions_count_when_the_window_is_empty(shop):
    shop.sells("P1")
    shop.happens("view_item", "P1", ago=timedelta(days=60), visitor="browser-1")
    assert shop.trained("popular").interactions == 1
