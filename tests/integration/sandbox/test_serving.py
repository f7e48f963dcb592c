"""The HTTP server of the stand-ins, and the faults that are set on it."""

from __future__ import annotations

import json

import pytest
import urllib3
from werkzeug.wrappers import Request, Response

from growthcore.sandbox.faults import Answer, Faults, Faulty, Plan
from growthcore.sandbox.serving import Served

TAKEN = []


def told(environ, start):
    """Counts what it takes, and tells the raw target and the body."""
    request = Request(environ)
    TAKEN.append(environ["REQUEST_URI"])
    return Response(f"{environ['REQUEST_URI']} {request.get_data(as_text=True)}")(environ, start)


@pytest.fixture(scope="module")
def faults():
    return Faults()


@pytest.fixture(scope="module")
def server(faults):
    app = Faulty(told, faults, lambda answer: Response(answer.code, answer.status))
    with Served(app) as running:
        yield running


@pytest.fixture
def http(server, faults):
    faults.set()
    TAKEN.clear()
    with urllib3.HTTPConnectionPool(server.host, server.port, retries=False) as pool:
        yield pool


def test_the_target_is_kept_as_it_was_sent_and_the_connection_open(http):
    targets = ["/a%3Ab:c?x=%20+%40", "/%EC%95%88?q"]
    answers = [http.request("POST", target, body=b"body").data.decode() for target in targets]
    assert answers == [f"{target} body" for target in targets]
    assert http.num_connections == 1


def test_a_taken_port_is_an_error(server):
    with pytest.raises(OSError, match="in use"):
        Served(told, server.port).start()


def test_it_stops_with_connections_open():
    with Served(told) as running:
        pool = urllib3.HTTPConnectionPool(running.host, running.port, retries=False)
        assert pool.request("GET", "/").status == 200
    with pytest.raises(urllib3.exceptions.HTTPError):
        pool.request("GET", "/")
    pool.close()
    running.stop()


@pytest.mark.parametrize(("when", "taken"), [("drop_before", 0), ("drop_after", 1)])
def test_a_connection_is_dropped_before_or_after_the_request_was_taken(http, faults, when, taken):
    faults.set(**{when: 1})
    with pytest.raises(urllib3.exceptions.ProtocolError):
        http.request("POST", "/", body=b"x")
    assert len(TAKEN) == taken
    assert http.request("GET", "/").status == 200


def test_scripted_answers_come_in_turn_and_end(http, faults):
    faults.set(answers=(Answer(status=429, code="410", times=2), Answer(status=503, taken=True)))
    answers = [http.request("GET", "/") for _ in range(4)]
    assert [each.status for each in answers] == [429, 429, 503, 200]
    assert answers[0].data == b"410"
    assert len(TAKEN) == 2


def test_only_requests_that_are_named_are_touched(http, faults):
    faults.set(Plan(where="POST .*/messages$", answers=(Answer(status=500),)))
    assert http.request("GET", "/a/messages").status == 200
    assert http.request("POST", "/a/messages").status == 500


def test_faults_are_set_over_http(http, faults):
    plan = {"clock_skew": 90, "answers": [{"status": 503}], "where": "POST"}
    answer = http.request("PUT", "/_sandbox/faults", body=json.dumps(plan).encode())
    assert (answer.status, faults.plan.clock_skew) == (200, 90)
    shown = json.loads(http.request("GET", "/_sandbox/faults").data)
    assert shown["answers"] == [{"status": 503, "code": "", "times": 1, "taken": False}]
    http.request("PUT", "/_sandbox/faults", body=b"{}")
    assert faults.plan == Plan()
    assert TAKEN == []


@pytest.mark.parametrize("plan", ["{", '{"where": "("}', '{"failing_share": 2}', '{"sped": 1}'])
def test_a_plan_that_makes_no_sense_is_refused(http, faults, plan):
    assert http.request("PUT", "/_sandbox/faults", body=plan.encode()).status == 400
    assert faults.plan == Plan()


def test_the_same_recipients_fail_for_the_same_seed():
    faults = Faults()

    def failing(seed):
        faults.set(failing_share=0.3, seed=seed)
        return faults.failing(50) + faults.failing(50)

    assert failing(1) == failing(1) != failing(2)
    assert 15 < sum(failing(1)) < 45
