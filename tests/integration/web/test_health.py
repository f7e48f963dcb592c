"""Health checks and what every answer carries."""

from __future__ import annotations

from growthcore.db import migrations
from growthcore.web import create_app


def test_a_process_that_answers_is_alive(app):
    assert app.test_client().get("/healthz").get_json()["status"] == "ok"


def test_a_database_that_is_not_migrated_is_not_ready(app, monkeypatch):
    monkeypatch.setattr(migrations, "pending", lambda *_: {"growthcore": ["0002"]})
    response = app.test_client().get("/readyz")
    assert response.status_code == 503
    assert "growthcore db upgrade" in response.get_json()["database"]


def test_a_migrated_database_is_ready_and_tells_its_queues(app, shop, monkeypatch):
    monkeypatch.setattr(migrations, "pending", lambda *_: {})
    response = app.test_client().get("/readyz")
    assert (response.status_code, response.get_json()["database"]) == (200, "ok")
    assert set(response.get_json()["queues"]) == {"events", "send", "background"}


def test_every_answer_carries_its_id_and_the_security_headers(app):
    response = app.test_client().get("/healthz", headers={"X-Request-Id": "from-the-proxy"})
    assert response.headers["X-Request-Id"] == "from-the-proxy"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def test_an_id_that_could_break_a_log_is_replaced(app):
    response = app.test_client().get("/healthz", headers={"X-Request-Id": "a b; c" * 20})
    assert len(response.headers["X-Request-Id"]) == 16


def _look_up():
    return {}["minji" + "@example.com"]


def test_a_defect_is_answered_and_logged_without_its_words(app, capsys):
    app.add_url_rule("/v1/broken", view_func=_look_up)
    response = app.test_client().get("/v1/broken")
    assert (response.status_code, response.get_json()["code"]) == (500, "internal_error")
    assert b"minji" not in response.data
    logged = capsys.readouterr()
    assert "KeyError" in logged.out + logged.err
    assert "minji@" not in logged.out + logged.err


def test_two_applications_in_one_process_do_not_share_a_shop(shop, app):
    other = create_app(shop, {"STOREFRONT_BURST": 1})
    assert other.config["STOREFRONT_BURST"] != app.config["STOREFRONT_BURST"]
