"""Accounts: configured, sealed, built, verified, on both databases."""

from __future__ import annotations

import json
import threading

import pytest
from marshmallow import fields, validate
from sqlalchemy import select, text

from growthcore.api import (
    AddressKind,
    Channel,
    Compiled,
    ConfigError,
    ConfigSchema,
    InvalidInput,
    ParamsSchema,
    Preview,
    RetryableError,
    Secret,
    Text,
    hookimpl,
    labelled,
)
from growthcore.operators.models import AuditEntry
from growthcore.plugins.accounts import CHANNEL, CONNECTION, Accounts
from growthcore.plugins.models import Account
from growthcore.plugins.records import PluginFailure
from growthcore.plugins.registry import Plugins
from growthcore.plugins.secrets import Keys, generate
from growthcore.testing.outside import Outside
from growthcore.testing.plugins import a_manifest, plugins_of

PASSWORD = "hunter2-비밀"
LABEL = labelled(Text("이름", "Name"))


class RelayConfig(ConfigSchema):
    host = fields.String(required=True, metadata=LABEL)
    port = fields.Integer(load_default=25, validate=validate.Range(1, 65535), metadata=LABEL)
    password = Secret(required=True, validate=validate.Length(min=3), metadata=LABEL)


class Relay(Channel):
    id = "relay"
    title = Text("릴레이", "Relay")
    medium = "email"
    address = AddressKind.EMAIL
    Config = RelayConfig
    Content = ParamsSchema
    says: Exception | None = None

    def compile(self, content):
        return Compiled(names=frozenset(), render=lambda _: "")

    def send(self, batch):
        return []

    def preview(self, rendered):
        return Preview(text=rendered)

    def verify(self):
        if self.says:
            raise self.says


class RelayPlugin:
    MANIFEST = a_manifest("relay_plugin")

    @hookimpl
    def growthcore_channels():
        return [Relay]


VALUES = {"host": "mail.shop.com", "port": "587", "password": PASSWORD}


@pytest.fixture
def key() -> str:
    return generate()


@pytest.fixture
def keys(key) -> Keys:
    return Keys.parse(key)


@pytest.fixture
def plugins(clock, http) -> Plugins:
    return Plugins.load(entry_points=plugins_of(RelayPlugin), strict=True, clock=clock, http=http)


@pytest.fixture
def accounts_with(database, plugins, clock, http):
    """Build the accounts anew, with these keys."""

    def build(keys: Keys) -> Accounts:
        return Accounts(db=database, plugins=plugins, clock=clock, http=http, keys=keys)

    return build


@pytest.fixture
def accounts(accounts_with, keys) -> Accounts:
    return accounts_with(keys)


@pytest.fixture
def account_id(database, accounts) -> int:
    with database.unit() as session:
        created = accounts.create(session, provider="relay", label="Main", values=VALUES, actor="7")
    return created.id


def stored(database, account_id) -> Account:
    with database.read() as session:
        return session.get_one(Account, account_id)


def test_a_channel_gets_its_configuration_with_the_secret_opened(accounts, account_id):
    config = accounts.channel(account_id).context.config

    assert config == {"host": "mail.shop.com", "port": 587, "password": PASSWORD}


def test_the_secret_is_stored_sealed(database, account_id):
    account = stored(database, account_id)

    assert account.config == {"host": "mail.shop.com", "port": 587}
    assert list(account.sealed) == ["password"]
    assert PASSWORD not in str(account.sealed)


def test_the_secret_shows_nowhere(database, accounts, account_id):
    shown = repr(accounts.channel(account_id).context) + repr(stored(database, account_id))
    with database.read() as session:
        shown += str([entry.details for entry in session.scalars(select(AuditEntry))])

    assert PASSWORD not in shown


def test_the_error_about_a_secret_does_not_show_it(database, accounts):
    with database.unit() as session, pytest.raises(InvalidInput) as raised:
        accounts.create(
            session, provider="relay", label="x", values={**VALUES, "password": "?!"}, actor="7"
        )

    assert list(raised.value.errors) == ["password"]
    assert "?!" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_every_wrong_field_is_told(database, accounts):
    with database.unit() as session, pytest.raises(InvalidInput) as raised:
        accounts.create(
            session, provider="relay", label="x", values={"port": "0", "hots": "a"}, actor="7"
        )

    assert sorted(raised.value.errors) == ["host", "hots", "password", "port"]


def test_an_unknown_provider_is_refused_with_those_there_are(database, accounts):
    with database.unit() as session, pytest.raises(InvalidInput, match="only: relay"):
        accounts.create(session, provider="fax", label="x", values={}, actor="7")


def test_an_account_needs_a_label(database, accounts):
    with database.unit() as session, pytest.raises(InvalidInput, match="label"):
        accounts.create(session, provider="relay", label="  ", values=VALUES, actor="7")


def test_a_blank_secret_stays_as_it_was(database, accounts, account_id):
    with database.unit() as session:
        accounts.update(
            session, account_id, values={"host": "new.shop.com", "password": ""}, actor="7"
        )

    config = accounts.channel(account_id).context.config
    assert config == {"host": "new.shop.com", "port": 25, "password": PASSWORD}


def test_a_new_secret_replaces_the_old_one(database, accounts, account_id):
    with database.unit() as session:
        accounts.update(session, account_id, values={**VALUES, "password": "new one"}, actor="7")

    assert accounts.channel(account_id).context.config["password"] == "new one"


def test_a_secret_whose_key_is_lost_can_be_entered_anew(database, accounts_with, account_id):
    rebuilt = accounts_with(Keys.parse(generate("k9")))
    with pytest.raises(ConfigError, match="'k1'"):
        rebuilt.channel(account_id)

    with database.unit() as session:
        rebuilt.update(session, account_id, values={**VALUES, "password": "again"}, actor="7")

    assert rebuilt.channel(account_id).context.config["password"] == "again"


def test_a_channel_is_built_once_a_version(database, accounts, account_id):
    first = accounts.channel(account_id)
    assert accounts.channel(account_id) is first

    with database.unit() as session:
        accounts.update(session, account_id, values=VALUES, actor="7")

    assert accounts.channel(account_id) is not first


def test_a_reference_is_stored_unresolved_and_resolved_on_use(
    database, accounts, keys, monkeypatch
):
    monkeypatch.setenv("RELAY_PASSWORD", "from outside")
    with database.unit() as session:
        created = accounts.create(
            session,
            provider="relay",
            label="x",
            values={**VALUES, "password": "$env:RELAY_PASSWORD"},
            actor="7",
        )

    sealed = stored(database, created.id).sealed["password"]
    assert keys.open(sealed, f"account:{created.id}:password") == "$env:RELAY_PASSWORD"
    assert accounts.channel(created.id).context.config["password"] == "from outside"


def test_a_reference_to_nothing_is_refused_by_field(database, accounts):
    with database.unit() as session, pytest.raises(InvalidInput) as raised:
        accounts.create(
            session,
            provider="relay",
            label="x",
            values={**VALUES, "password": "$env:NOT_SET_ANYWHERE"},
            actor="7",
        )
    assert list(raised.value.errors) == ["password"]


def test_a_sealed_secret_copied_to_another_account_does_not_open(database, accounts, account_id):
    with database.unit() as session:
        other = accounts.create(session, provider="relay", label="Other", values=VALUES, actor="7")
        other.sealed = session.get_one(Account, account_id).sealed

    with pytest.raises(ConfigError, match="altered, or belongs elsewhere"):
        accounts.channel(other.id)


def test_an_account_switched_off_gives_no_channel(database, accounts, account_id):
    accounts.channel(account_id)
    with database.unit() as session:
        accounts.switch(session, account_id, enabled=False, actor="7")

    with pytest.raises(ConfigError, match="switched off"):
        accounts.channel(account_id)


def test_an_account_of_a_missing_plugin_says_which(database, accounts, plugins, account_id):
    plugins.hold("relay_plugin", "pending")

    with pytest.raises(ConfigError, match="'relay', which the account 'Main' needs"):
        accounts.channel(account_id)


def test_a_configuration_that_no_longer_fits_asks_for_attention(database, accounts, account_id):
    with database.unit() as session:
        session.get_one(Account, account_id).config = {"hosst": "old name"}

    accounts.review()

    assert "hosst" in stored(database, account_id).attention
    with pytest.raises(ConfigError, match="no longer fit"):
        accounts.channel(account_id)


def test_a_review_leaves_fitting_accounts_alone(database, accounts, account_id):
    accounts.review()

    assert stored(database, account_id).attention is None


def test_a_failed_verification_asks_for_attention_until_one_succeeds(
    database, accounts, account_id, monkeypatch
):
    monkeypatch.setattr(Relay, "says", ConfigError("the password is wrong"))
    with pytest.raises(ConfigError):
        accounts.verify(account_id)
    assert stored(database, account_id).attention == "the password is wrong"

    monkeypatch.setattr(Relay, "says", None)
    accounts.verify(account_id)
    assert stored(database, account_id).attention is None


@pytest.mark.parametrize("raised", [RetryableError("busy"), ValueError("bug")])
def test_a_verification_that_tells_nothing_changes_nothing(
    database, accounts, account_id, monkeypatch, raised
):
    monkeypatch.setattr(Relay, "says", raised)

    with pytest.raises((RetryableError, PluginFailure)):
        accounts.verify(account_id)

    assert stored(database, account_id).attention is None


def test_every_change_is_audited_by_field_names_only(database, accounts, account_id):
    with database.unit() as session:
        accounts.update(session, account_id, values=VALUES, actor="8")
        accounts.switch(session, account_id, enabled=False, actor="9")

    with database.read() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.actor, entry.action) for entry in entries] == [
        ("7", "account.created"),
        ("8", "account.changed"),
        ("9", "account.disabled"),
    ]
    assert entries[0].details == {"provider": "relay", "fields": ["host", "password", "port"]}


def test_rotation_seals_everything_with_the_first_key(database, accounts_with, key, account_id):
    old = stored(database, account_id).sealed["password"]
    rotating = accounts_with(Keys.parse(f"{generate('k2')},{key}"))

    with database.unit() as session:
        assert rotating.rotate(session, actor="cli") == 1

    sealed = stored(database, account_id).sealed["password"]
    assert (old[:3], sealed[:3]) == ("k1:", "k2:")
    assert rotating.channel(account_id).context.config["password"] == PASSWORD


# ---------------------------------------------------------------- state


def test_a_state_is_empty_at_first_and_kept_after(accounts, account_id):
    state = accounts.channel(account_id).context.state
    assert state.read() == {}

    assert state.update(lambda document: document.update(token={"a": 1})) == {"token": {"a": 1}}

    assert state.read() == {"token": {"a": 1}}


def test_a_state_is_sealed_where_it_is_kept(database, accounts, account_id):
    accounts.channel(account_id).context.state.update(lambda kept: kept.update(token="t0ken"))
    with database.read() as session:
        kept = json.dumps(accounts.get(session, account_id).state)
    assert "t0ken" not in kept
    with database.unit() as session:
        assert accounts.rotate(session, actor="test")
    assert accounts.channel(account_id).context.state.read() == {"token": "t0ken"}


def test_a_change_that_raises_leaves_the_state(accounts, account_id):
    state = accounts.channel(account_id).context.state
    state.update(lambda document: document.update(n=1))

    def break_off(document):
        document["n"] = 2
        raise RuntimeError

    with pytest.raises(RuntimeError):
        state.update(break_off)
    assert state.read() == {"n": 1}


def test_a_state_change_does_not_rebuild_the_channel(accounts, account_id):
    channel = accounts.channel(account_id)
    channel.context.state.update(lambda document: document.update(n=1))

    assert accounts.channel(account_id) is channel


def test_concurrent_state_changes_all_count(accounts, account_id):
    state = accounts.channel(account_id).context.state

    def grow(document):
        document["n"] = document.get("n", 0) + 1

    threads = [
        threading.Thread(target=lambda: [state.update(grow) for _ in range(5)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert state.read() == {"n": 20}


def test_the_state_of_an_account_that_is_gone_is_a_configuration_error(
    database, accounts, account_id
):
    state = accounts.channel(account_id).context.state
    with database.unit() as session:
        session.execute(text("DELETE FROM accounts"))

    with pytest.raises(ConfigError, match="no longer exists"):
        state.update(lambda _: None)


# ---------------------------------------------------------------- connections


@pytest.fixture
def connected(make_core, database):
    """A shop with a connection and an account that goes by it."""
    core = make_core(database, plugins_of(Outside().plugin()))
    mall = {"mall": "ours", "client_secret": "s"}
    texts = {"connection": 1, "service": "s", "secret": "x"}
    with core.db.unit() as session:
        core.accounts.create(
            session, provider="outside_mall", kind=CONNECTION, label="몰", values=mall, actor="7"
        )
        core.accounts.create(
            session, provider="outside_texts", label="문자", values=texts, actor="7"
        )
    return core


def test_a_channel_reaches_the_connection_it_goes_by_until_that_is_switched_off(connected):
    channel = connected.accounts.channel(2)
    connections, account_id = channel.context.connections, channel.context.config["connection"]
    assert connections.get(account_id).context.config["client_secret"] == "s"
    with connected.db.unit() as session:
        connected.accounts.switch(session, 1, enabled=False, actor="7")
    with pytest.raises(ConfigError, match="switched off"):
        connections.get(account_id)


def test_accounts_of_a_kind_are_not_taken_for_another(connected):
    with connected.db.read() as session:
        assert [each.id for each in connected.accounts.list(session, CONNECTION)] == [1]
        assert [each.id for each in connected.accounts.list(session, CHANNEL)] == [2]
    with pytest.raises(ConfigError):
        connected.accounts.channel(1)
    with pytest.raises(ConfigError):
        connected.accounts.connection(2)


@pytest.mark.parametrize("connection", [2, 9])
def test_only_a_connection_of_the_provider_wanted_can_be_chosen(connected, connection):
    values = {"connection": connection, "service": "s", "secret": "x"}
    with connected.db.unit() as session, pytest.raises(InvalidInput, match="no such connection"):
        connected.accounts.create(
            session, provider="outside_texts", label="x", values=values, actor="7"
        )


def test_a_removed_account_keeps_its_name_and_nothing_else(connected):
    connected.accounts.channel(2).context.state.update(lambda state: state.update(token="t"))
    with connected.db.unit() as session:
        connected.accounts.remove(session, 2, actor="7")
    with connected.db.read() as session:
        assert [each.id for each in connected.accounts.list(session)] == [1]
        left = connected.accounts.get(session, 2)
    assert (left.label, left.config, left.sealed, left.state) == ("문자", {}, {}, {})
    with pytest.raises(ConfigError, match="gone"):
        connected.accounts.channel(2)
