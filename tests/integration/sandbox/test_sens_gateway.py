"""The gateway before SENS: who is let in, and how it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import urllib3

from growthcore.clock import FixedClock
from growthcore.sandbox.faults import Answer
from growthcore.sandbox.sens import EXAMPLE_KEY, EXAMPLE_PROJECT, Key, Project, SandboxSens
from growthcore.sandbox.sens.signature import sign
from growthcore.sandbox.serving import Served

STAMP = "1767225600000"
AT = datetime(2026, 1, 1, tzinfo=UTC)
SERVICE = "/alimtalk/v2/services/ncp:kkobizmsg:kr:1234567:growthcore"
VECTORS = [
    ("POST", f"{SERVICE}/messages", "b1UxvOzawMYB1VVTsss5Xw5sqI2olWyf082bLjHiOGY="),
    (
        "POST",
        "/alimtalk/v2/services/ncp%3Akkobizmsg%3Akr%3A1234567%3Agrowthcore/messages",
        "L1+8FSrgm2jdCGn4hrzNa0Yjz1hs8reHWORL14yUs0c=",
    ),
    (
        "GET",
        f"{SERVICE}/templates?channelId=%40growthcore&templateCode=ORDER01",
        "DHyzGTBjR4rwDkxkmwAMM1OCeQ7VjQQd0BUhoj6geyc=",
    ),
    (
        "GET",
        (
            f"{SERVICE}/messages?requestStartTime=2026-01-01%2009%3A00%3A00"
            "&requestEndTime=2026-01-01%2010%3A00%3A00&plusFriendId=%40growthcore&pageSize=100"
        ),
        "pUEMcKLS8Ench14Q5MR/g/xNgyQbtXqy9L6fM5/IEcI=",
    ),
    (
        "DELETE",
        f"{SERVICE}/reservations/RBA-example",
        "3kN8f7v0VadwzFQTp3Zes6RJnEdKT6zB8hc1CK4C87c=",
    ),
]


@pytest.fixture(scope="module")
def server():
    with Served(SandboxSens(clock=FixedClock(AT))) as running:
        yield running


def ask(server, method, target, signature):
    """Send a target as it is: urllib3's pools would rewrite it."""
    headers = {
        "x-ncp-apigw-timestamp": STAMP,
        "x-ncp-iam-access-key": EXAMPLE_KEY.access,
        "x-ncp-apigw-signature-v2": signature,
    }
    connection = urllib3.connection.HTTPConnection(server.host, server.port)
    try:
        connection.request(method, target, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(("method", "target", "signature"), VECTORS)
def test_a_signature_is_over_the_raw_target(server, method, target, signature):
    assert sign(method, target, STAMP, EXAMPLE_KEY.access, EXAMPLE_KEY.secret) == signature
    assert ask(server, method, target, signature) not in (401, 403)
    changed = "A" if signature[9] != "A" else "B"
    assert ask(server, method, target, signature[:9] + changed + signature[10:]) == 401
    assert ask(server, method, target + "?", signature) == 401


def listed(sens, **query):
    return sens.get(f"{sens.talk}/channels", **query)


@pytest.mark.parametrize(("seconds", "status"), [(300, 200), (301, 401), (-300, 200), (-301, 401)])
def test_a_timestamp_is_at_most_five_minutes_off(sens, seconds, status):
    sens.app.faults.set(clock_skew=seconds)
    assert listed(sens).status == status


@pytest.mark.parametrize("missing", ["timestamp", "access-key", "signature"])
def test_a_header_that_is_missing_is_refused(sens, missing):
    target = f"{sens.talk}/channels"
    headers = sens.headers("GET", target)
    kept = {name: value for name, value in headers.items() if missing not in name}
    answer = sens.call("GET", target, headers=kept)
    assert answer.status == 401
    assert answer.json == {"error": {"errorCode": "200", "message": "Authentication Failed"}}


def test_a_service_of_others_is_refused(make_sens):
    theirs = Project(name="b", kakao_service="ncp:kkobizmsg:kr:7:b", sms_service="ncp:sms:kr:7:b")
    other = Key(access="OtherKey", secret="s", projects=(theirs,))
    sens = make_sens(keys=(EXAMPLE_KEY, other))
    target = f"{sens.talk}/channels"
    answer = sens.call("GET", target, headers=sens.headers("GET", target, key=other))
    assert (answer.status, answer.json["error"]["errorCode"]) == (401, "210")
    assert sens.get(f"/alimtalk/v2/services/{theirs.kakao_service}/channels").status == 401
    assert sens.get(f"/alimtalk/v2/services/{EXAMPLE_PROJECT.sms_service}/channels").status == 401


def test_the_projects_of_a_key_are_listed(sens):
    (project,) = sens.get("/common/v2/projects").json
    assert project["kkoBizMsgService"]["serviceId"] == EXAMPLE_PROJECT.kakao_service
    assert project["smsService"]["serviceId"] == EXAMPLE_PROJECT.sms_service


def test_a_path_that_is_none_is_not_found(sens):
    answer = sens.get(f"{sens.talk}/nothing")
    assert (answer.status, answer.json["error"]["errorCode"]) == (404, "300")


def test_calls_are_limited(make_sens, clock):
    sens = make_sens(calls_per_second=2)
    assert [listed(sens).status for _ in range(3)] == [200, 200, 429]
    clock.at += timedelta(seconds=1)
    assert listed(sens).status == 200


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (429, "400", "Quota Exceeded"),
        (429, "410", "Throttle Limited"),
        (429, "420", "Rate Limited"),
        (500, "", "Unexpected Error"),
        (503, "500", "Endpoint Error"),
        (504, "510", "Endpoint Timeout"),
        (403, "", "Forbidden"),
    ],
)
def test_the_gateway_fails_as_it_is_told(sens, status, code, message):
    sens.app.faults.set(answers=(Answer(status=status, code=code),))
    answer = listed(sens)
    assert (answer.status, answer.json["error"]["message"]) == (status, message)
    assert listed(sens).status == 200


@pytest.mark.parametrize(
    ("settings", "body"),
    [
        ({}, {"error": {"errorCode": "100", "message": "Bad Request Exception"}}),
        ({"error_code_as": "number"}, {"error": {"errorCode": 100}}),
        ({"error_form": "plain"}, {"status": "400"}),
    ],
)
def test_a_refusal_has_the_form_that_is_set(make_sens, settings, body):
    answer = make_sens(**settings)
    told = answer.post(f"{answer.talk}/messages", {}).json
    expected = body.get("error", body)
    assert expected.items() <= told.get("error", told).items()


@pytest.mark.parametrize(("says", "kind"), [(True, "application/json"), (False, "text/plain")])
def test_a_refusal_may_not_say_that_it_is_json(make_sens, says, kind):
    assert make_sens(errors_say_json=says).get("/nothing").kind.startswith(kind)


@pytest.mark.parametrize(("word", "code"), [("Forbidden", ""), ("gateway", "210")])
def test_a_channel_of_others_is_forbidden(make_sens, word, code):
    answer = make_sens(foreign_channel=word).order("01000000000", channel="@other")
    assert (answer.status, answer.json["error"]["errorCode"]) == (403, code)


def test_the_secret_is_not_shown():
    assert EXAMPLE_KEY.secret not in repr(replace(EXAMPLE_KEY, access="x"))
