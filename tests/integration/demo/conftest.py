"""A small demo, made once for all tests of a file."""

from __future__ import annotations

import pytest

from growthcore.clock import SystemClock
from growthcore.demo import place
from growthcore.demo.scale import Scale

SMALL = Scale(products=40, customers=90, days=20)
BASE_URL = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a small demo."""
    folder = tmp_path_factory.mktemp("demo") / "demo-data"
    place.prepare(folder, SystemClock(), scale=SMALL, base_url=BASE_URL, say=lambda _: None)
    return folder
