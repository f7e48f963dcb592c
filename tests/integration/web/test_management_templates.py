"""Templates through the management API."""

from __future__ import annotations

import pytest

from growthcore.plugins.registry import Plugins

CONTENT = {"subject": "환영", "blocks": [{"type": "heading", "text": "#{NAME|고객}님"}]}


@pytest.fixture
def plugins():
    """The plugins that are installed: templates are of their channels."""
    return Plugins.load()


@pytest.fixture
def _account(shop):
    with shop.db.unit() as session:
        values = {"host": "localhost", "sender_address": "news@shop.example"}
        shop.accounts.create(
            session, provider="email_smtp", label="mail", values=values, actor="test"
        )


@pytest.mark.usefixtures("_account")
def test_a_template_is_kept_read_changed_and_removed(api):
    new = {"channel": "email_smtp", "name": "환영", "content": CONTENT}
    status, made = api("POST", "/templates", new)
    assert (status, made["content"], made["uses"]) == (201, CONTENT, 0)
    assert made["taken_out"] == []
    path = f"/templates/{made['id']}"
    change = {"version": 1, "name": "첫 인사", "content": CONTENT}
    assert api("PUT", path, change)[1]["version"] == 2
    status, late = api("PUT", path, change)
    assert (status, list(late["errors"])) == (422, ["version"])
    assert api("GET", "/templates?channel=email_smtp&q=인사")[1]["total"] == 1
    assert api("GET", "/templates?channel=alimtalk")[1]["total"] == 0
    assert api("DELETE", path)[0] == 204
    assert api("GET", path)[0] == 404


@pytest.mark.usefixtures("_account")
def test_what_is_taken_out_of_html_is_told(api):
    written = {"subject": "환영", "html": "<p>안녕하세요</p><script>alert(1)</script>"}
    new = {"channel": "email_smtp", "name": "HTML", "content": written}
    _, made = api("POST", "/templates", new)
    assert "script" not in made["content"]["html"]
    assert ["script" in each for each in made["taken_out"]] == [True]
    change = {"version": 1, "name": "HTML", "content": made["content"]}
    assert api("PUT", f"/templates/{made['id']}", change)[1]["taken_out"] == []


def test_what_does_not_fit_is_told_by_path(api):
    wrong = {"channel": "alimtalk", "name": "x", "content": {"a": "b"}}
    status, problem = api("POST", "/templates", wrong)
    assert (status, list(problem["errors"])) == (422, ["channel"])
