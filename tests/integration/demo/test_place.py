"""The folder of a demo: made whole or not at all, and kept."""

from __future__ import annotations

import fcntl
import os
import stat

import pytest
from sqlalchemy import func, select

from growthcore.api import ConfigError
from growthcore.app import build_core
from growthcore.clock import SystemClock
from growthcore.demo import addresses, place, standins
from growthcore.demo.scale import Scale
from growthcore.events.models import Event
from growthcore.operators import origins, workspace
from growthcore.settings import Settings

SMALL = Scale(products=40, customers=90, days=20)


def prepare(folder, port=8000):
    said = []
    base_url = f"http://127.0.0.1:{port}"
    clock = SystemClock()
    owner = place.prepare(folder, clock, scale=SMALL, base_url=base_url, say=said.append)
    return owner, said


@pytest.fixture
def shop(made):
    core = build_core(Settings(data_dir=made))
    yield core
    core.db.dispose()


def test_a_second_start_keeps_everything_and_tells_the_same_password(made, shop):
    with shop.db.read() as session:
        before = session.scalar(select(func.count(Event.id)))
    owner, said = prepare(made)
    again, _ = prepare(made)
    assert (said, owner) == ([], again)
    with shop.db.read() as session:
        assert session.scalar(select(func.count(Event.id))) == before


def test_the_password_is_for_its_owner_only(made):
    mode = stat.S_IMODE((made / "demo-owner.json").stat().st_mode)
    assert mode == 0o600


def test_at_another_port_everything_that_names_it_follows(shop):
    for port in (8_123, 8_000):
        base_url = f"http://127.0.0.1:{port}"
        with shop.db.unit() as session:
            addresses.settle(shop, session, base_url=base_url, smtp_port=port + 1)
        with shop.db.read() as session:
            assert workspace.get(session).url == f"{base_url}/demo-shop"
            assert origins.is_allowed(session, base_url)
            assert shop.accounts.list(session)[0].config["port"] == port + 1
            (product,) = addresses.catalog.find(session, ["HG0001"]).values()
            assert product.url == f"{base_url}/demo-shop/products/HG0001"


def test_accounts_follow_their_stand_ins_and_the_mall_is_to_be_connected_anew(shop):
    ports = standins.Ports(smtp=1, sens=9_026, cafe24=9_024)
    kakao = {
        "channel_id": "@growthcore",
        "service_id": "ncp:kkobizmsg:kr:1234567:growthcore",
        "access_key": "a",
        "secret_key": "s",
        "base_url": "http://127.0.0.1:8026",
    }
    with shop.db.unit() as session:
        shop.accounts.create(session, provider="alimtalk", label="K", values=kakao, actor="test")
        (mall,) = shop.accounts.list(session, "connection")
        mall.state = {"sealed": "by a mall that has ended"}
        standins.settle(shop, session, ports)
    with shop.db.read() as session:
        moved = {each.provider: each for each in shop.accounts.list(session)}
    assert moved["cafe24"].config["base_url"] == "http://127.0.0.1:9024"
    assert moved["alimtalk"].config["base_url"] == "http://127.0.0.1:9026"
    assert not shop.accounts.connection(moved["cafe24"].id).status().connected


def test_what_an_interrupted_start_left_is_made_anew(tmp_path):
    part = tmp_path / "demo.part"
    (part / "models").mkdir(parents=True)
    (part / "growthcore.db").write_bytes(b"half a database")
    (part / "demo-owner.json").write_text("{}")
    owner, said = prepare(tmp_path / "demo")
    assert said
    assert owner.password
    assert not part.exists()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(ConfigError, match="choose another folder"):
        prepare(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_two_starts_at_once_do_not_mix(tmp_path):
    part = tmp_path / "demo.part"
    part.mkdir()
    held = os.open(part, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        with pytest.raises(ConfigError, match="Another process"):
            prepare(tmp_path / "demo")
    finally:
        os.close(held)
