import threading
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from growthcore.api import ConfigError, RetryableError
from growthcore.clock import FixedClock
from growthcore.plugins import secrets
from growthcore.plugins.models import Account
from growthcore.plugins.secrets import Keys
from growthcore.plugins.state import StoredState, sealed
from growthcore.sandbox.cafe24 import Cafe24Settings
from growthcore.sandbox.cafe24.tokens import DeadTokenError, Tokens
from growthcore.testing.fakes import FakeHttp, FakeResponse, context_for
from growthcore.testing.values import START
from growthcore_connection_cafe24.client import tokens_of
from growthcore_connection_cafe24.connection import Cafe24Connection
from growthcore_connection_cafe24.kept import LEASE, document_of

CONFIG = {
    "mall_id": "growthdemo",
    "client_id": "ExampleClientId00000",
    "client_secret": "ExampleClientSecret000",
}
ORIGIN = "https://growthdemo.cafe24api.com growthdemo ExampleClientId00000"
NEARLY = timedelta(hours=1, minutes=55)
OVER = timedelta(hours=2, seconds=1)

KEYS = Keys.parse(secrets.generate())


class Mall:
    """The sandbox's tokens behind an HTTP client without a network; counts renewals."""

    def __init__(self, clock):
        self.tokens = Tokens(Cafe24Settings(), clock)
        self.renewals = 0
        self.first = self.tokens.issue()
        self.document = document_of(tokens_of(self.tokens.told(self.first)), ORIGIN)

    def __call__(self, request):
        if request.url.endswith("/oauth/token"):
            return self.renewed(parse_qs(request.body.decode())["refresh_token"][0])
        token = request.headers["authorization"].removeprefix("Bearer ")
        return FakeResponse(200 if self.tokens.scopes(token) else 401, b"{}")

    def renewed(self, token):
        self.renewals += 1
        try:
            answer = self.tokens.told(self.tokens.refresh(token))
        except DeadTokenError:
            return FakeHttp().answer(400, json_body={"error": "invalid_grant"}).request("", "")
        return FakeHttp().answer(json_body=answer).request("", "")


@pytest.fixture
def mall(clock):
    return Mall(clock)


def connected(mall, clock, http=None, sleep=None, **state):
    context = context_for(
        Cafe24Connection,
        CONFIG,
        http=http or FakeHttp(mall),
        clock=clock,
        state={**mall.document, **state},
    )
    return Cafe24Connection(context, sleep or (lambda _seconds: None))


def ask(connection):
    return connection.request("GET", "/admin/store").status


def test_a_token_is_renewed_before_its_end(mall, clock):
    connection = connected(mall, clock)
    assert (ask(connection), mall.renewals) == (200, 0)
    clock.at += NEARLY
    assert (ask(connection), mall.renewals) == (200, 1)
    assert (ask(connection), mall.renewals) == (200, 1)


def test_the_next_refresh_token_is_kept_with_the_access_token(mall, clock):
    connection = connected(mall, clock)
    for renewals in range(1, 4):
        clock.at += NEARLY
        assert (ask(connection), mall.renewals) == (200, renewals)


def test_the_times_of_tokens_are_korean(mall, clock):
    assert mall.tokens.told(mall.first)["expires_at"] == "2026-03-02T12:00:00.000"
    assert connected(mall, clock).status().expires_at == START + timedelta(days=14)


@pytest.mark.parametrize("minutes", [-5, 5])
def test_our_clock_may_be_five_minutes_off(mall, clock, minutes):
    ours = FixedClock(START)
    connection = connected(mall, ours)
    for _step in range(30):
        clock.at += timedelta(minutes=20)
        ours.at = clock.at + timedelta(minutes=minutes)
        assert ask(connection) == 200
    assert connection.status().connected


def test_a_token_that_cafe24_no_longer_knows_is_renewed_once(mall, clock):
    connection = connected(mall, clock)
    mall.first.ended = True
    assert (ask(connection), mall.renewals) == (200, 1)


def test_a_new_token_that_is_not_accepted_needs_a_person(mall, clock):
    http = FakeHttp(mall).answer(401)
    connection = connected(mall, clock, http=http)
    mall.tokens.scopes = lambda _token: None
    with pytest.raises(ConfigError, match="does not accept a new token"):
        ask(connection)
    assert mall.renewals == 1


def test_a_revoked_authorisation_needs_a_person(mall, clock):
    connection = connected(mall, clock)
    mall.tokens.revoke(mall.first.access)
    with pytest.raises(ConfigError, match="connect the mall again"):
        ask(connection)
    status = connection.status()
    assert not status.connected
    assert status.scopes
    asked = len(connection.context.http.requests)
    with pytest.raises(ConfigError, match="connect the mall again"):
        ask(connection)
    assert len(connection.context.http.requests) == asked


def test_an_authorisation_lapses_when_it_is_not_used_for_two_weeks(mall, clock):
    connection = connected(mall, clock)
    clock.at += timedelta(days=14, minutes=11)
    status = connection.status()
    assert not status.connected
    assert "lapsed" in status.detail.en
    with pytest.raises(ConfigError, match="connect the mall again"):
        ask(connection)


def test_verifying_now_and_then_keeps_it_alive(mall, clock):
    connection = connected(mall, clock)
    for _time in range(3):
        clock.at += timedelta(days=10)
        connection.verify()
    assert connection.status().connected


def test_a_wrong_secret_can_be_mended(mall, clock):
    http = FakeHttp(mall).answer(401, json_body={"error": "invalid_client"})
    connection = connected(mall, clock, http=http)
    clock.at += OVER
    with pytest.raises(ConfigError, match="invalid_client"):
        ask(connection)
    assert not connection.status().connected
    assert ask(connection) == 200
    assert connection.status().connected


@pytest.mark.parametrize(
    "error", [ConnectionError("lost"), RetryableError("cannot connect"), 429, 500]
)
def test_without_an_answer_a_renewal_is_tried_again(mall, clock, error):
    http = FakeHttp(mall)
    http = http.answer(error) if isinstance(error, int) else http.fail(error)
    connection = connected(mall, clock, http=http)
    clock.at += OVER
    with pytest.raises(RetryableError):
        ask(connection)
    assert ask(connection) == 200


def test_tokens_that_can_not_be_read_are_not_quoted(mall, clock):
    http = FakeHttp(mall).answer(200, json_body={"access_token": "SECRET", "expires_at": "SECRET"})
    connection = connected(mall, clock, http=http)
    clock.at += OVER
    with pytest.raises(RetryableError) as raised:
        ask(connection)
    assert "SECRET" not in f"{raised.value} {raised.value.__cause__}"


def leased(clock):
    return {"renewer": "another", "renewing_until": (clock.at + LEASE).isoformat()}


def test_while_another_process_renews_the_token_there_is_serves(mall, clock):
    clock.at += NEARLY
    assert ask(connected(mall, clock, **leased(clock))) == 200
    assert mall.renewals == 0


def test_who_has_no_token_waits_for_who_renews(mall, clock):
    clock.at += OVER
    connection = connected(mall, clock, **leased(clock))

    def sleep(_seconds):
        new = tokens_of(mall.tokens.told(mall.tokens.issue()))
        connection.context.state.update(lambda document: document.update(document_of(new, ORIGIN)))

    waiting = Cafe24Connection(connection.context, sleep)
    assert (ask(waiting), mall.renewals) == (200, 0)


def test_a_renewer_that_crashed_keeps_nobody_waiting_for_good(mall, clock):
    clock.at += OVER
    connection = connected(mall, clock, **leased(clock))
    with pytest.raises(RetryableError, match="being renewed"):
        ask(connection)
    clock.at += LEASE
    assert (ask(connection), mall.renewals) == (200, 1)


def test_a_refusal_does_not_kill_tokens_that_came_meanwhile(mall, clock):
    """As when two machines' clocks differ, so that neither sees the other's lease."""
    clock.at += OVER
    connection = connected(mall, clock)
    state = connection.context.state

    def overtaken(request):
        if request.url.endswith("/oauth/token") and not mall.renewals:
            new = tokens_of(mall.tokens.told(mall.tokens.refresh(mall.first.refresh)))
            state.update(lambda document: document.update(document_of(new, ORIGIN)))
        return mall(request)

    context = replace(connection.context, http=FakeHttp(overtaken))
    assert ask(Cafe24Connection(context)) == 200
    assert connection.status().connected


def test_processes_that_renew_at_once_never_lose_the_token(database, mall, clock):
    with database.unit() as session:
        session.add(
            Account(
                id=1, kind="connection", provider="cafe24", label="몰", config={}, sealed={},
                state=sealed(KEYS, 1, mall.document), created_at=START, changed_at=START,
            )
        )  # fmt: skip
    count, rounds = 4, 3
    barrier, pause = threading.Barrier(count, timeout=20), threading.Event()
    statuses, lock = [], threading.Lock()

    def work():
        context = replace(connected(mall, clock).context, state=StoredState(database, 1, KEYS))
        connection = Cafe24Connection(context, lambda _seconds: pause.wait(0.01))
        for _round in range(rounds):
            if barrier.wait() == 0:
                clock.at += OVER
            barrier.wait()
            status = ask(connection)
            with lock:
                statuses.append(status)

    threads = [threading.Thread(target=work, daemon=True) for _each in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert statuses == [200] * count * rounds
    assert mall.renewals == rounds
