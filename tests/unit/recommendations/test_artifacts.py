import json
import os

import numpy as np
import pytest

from growthcore.recommendations import artifacts
from growthcore.recommendations.artifacts import Unusable

ARRAYS = {"products": np.array([3, 1, 2]), "scores": np.array([0.5, 0.25, 0.125])}


@pytest.fixture
def model(tmp_path):
    return tmp_path / "models" / "popular"


@pytest.fixture
def published(model):
    draft = artifacts.write(model, ARRAYS)
    folder = model / "1"
    draft.publish(folder)
    return folder, draft.sha256


def test_what_was_written_is_read(published):
    read = artifacts.read(*published)
    assert {name: array.tolist() for name, array in read.items()} == {
        name: array.tolist() for name, array in ARRAYS.items()
    }


def test_arrays_are_mapped_read_only(published):
    array = artifacts.read(*published)["products"]
    assert isinstance(array.base, np.memmap)
    assert not array.flags.writeable


def test_a_version_is_opened_once(published):
    assert artifacts.read(*published) is artifacts.read(*published)


def test_an_empty_array_is_kept(model):
    draft = artifacts.write(model, {"products": np.zeros(0, np.int64)})
    assert artifacts.read(draft.folder, draft.sha256)["products"].tolist() == []


@pytest.mark.parametrize(
    ("arrays", "complaint"),
    [
        ([1], "must return a mapping"),
        ({"a": np.array([object()])}, "a is of object"),
        ({"a": np.zeros(2, dtype=[("x", "i4")])}, "only numbers and text"),
        ({"a": np.array([1.0, np.nan])}, "a holds NaN"),
        ({"a": np.array([np.inf])}, "a holds NaN or infinity"),
        ({"a": [1, 2]}, "a is no array"),
        ({"../a": np.zeros(1)}, "must be of a-z"),
        ({"a" * 51: np.zeros(1)}, "must be of a-z"),
        ({1: np.zeros(1)}, "must be of a-z"),
    ],
)
def test_what_cannot_be_kept_is_refused(arrays, complaint):
    with pytest.raises(Unusable, match=complaint):
        artifacts.check(arrays)


def test_numbers_and_text_are_kept():
    arrays = {"a": np.zeros(2, np.float32), "b": np.array([True]), "c": np.array(["상품"])}
    assert artifacts.check(arrays) is arrays


def test_a_changed_array_is_noticed(published):
    folder, sha256 = published
    path = folder / "scores.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(Unusable, match=r"checksum of scores\.npy differs"):
        artifacts.read(folder, sha256)


def test_a_changed_manifest_is_noticed(published):
    folder, sha256 = published
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()), indent=1))
    with pytest.raises(Unusable, match="manifest"):
        artifacts.read(folder, sha256)


@pytest.mark.parametrize("name", ["manifest.json", "products.npy"])
def test_a_missing_file_is_noticed(published, name):
    folder, sha256 = published
    (folder / name).unlink()
    with pytest.raises(Unusable, match="cannot be read"):
        artifacts.read(folder, sha256)


def test_a_failed_write_leaves_nothing(model, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        artifacts.write(model, ARRAYS)
    assert list(model.iterdir()) == []


def test_publishing_replaces_what_a_dead_training_left(model):
    folder = model / "1"
    folder.mkdir(parents=True)
    (folder / "products.npy").write_bytes(b"half")
    draft = artifacts.write(model, ARRAYS)
    draft.publish(folder)
    assert artifacts.read(folder, draft.sha256)["products"].tolist() == [3, 1, 2]


def test_abandoned_drafts_are_removed_and_fresh_ones_left_alone(model):
    abandoned, fresh = (artifacts.write(model, ARRAYS).folder for _ in range(2))
    long_ago = fresh.stat().st_mtime - 2 * 24 * 3600
    os.utime(abandoned, (long_ago, long_ago))
    artifacts.write(model, ARRAYS)
    assert not abandoned.exists()
    assert fresh.exists()
