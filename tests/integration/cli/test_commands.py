"""The operator's commands: shop, keys, origins, plugins, accounts, secrets, db."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
import structlog
from click.testing import CliRunner, Result
from marshmallow import fields

from growthcore.api import (
    AddressKind,
    Channel,
    Compiled,
    ConfigError,
    ConfigSchema,
    ParamsSchema,
    Preview,
    Secret,
    Text,
    hookimpl,
    labelled,
)
from growthcore.app import build_core
from growthcore.cli import COMMANDS, main
from growthcore.core import Core
from growthcore.db import migrations
from growthcore.plugins.models import Account
from growthcore.plugins.registry import Plugins
from growthcore.plugins.secrets import Keys
from growthcore.settings import Settings
from growthcore.testing.plugins import a_manifest, plugins_of

LABEL = labelled(Text("이름", "Name"))


class RelayConfig(ConfigSchema):
    host = fields.String(required=True, metadata=LABEL)
    password = Secret(metadata=LABEL)


class Relay(Channel):
    id, title = "relay", Text("릴레이", "Relay")
    medium, address = "email", AddressKind.EMAIL
    Config, Content = RelayConfig, ParamsSchema

    def compile(self, content):
        return Compiled(names=frozenset(), render=lambda _: "")

    def send(self, batch):
        return []

    def preview(self, rendered):
        return Preview(text=rendered)

    def verify(self):
        if self.context.config["host"] == "down.shop.com":
            raise ConfigError("down.shop.com does not answer")


@click.command("hello")
@click.pass_obj
def hello(core):
    click.echo(f"hello from {core.settings.data_dir.name}")


@click.command("fail")
def fail():
    raise ConfigError("first line\nsecond line")


class RelayPlugin:
    MANIFEST = a_manifest("relay_plugin")

    @hookimpl
    def growthcore_channels():
        return [Relay]

    @hookimpl
    def growthcore_commands():
        return [hello, fail]


class Broken:
    MANIFEST = a_manifest("broken")

    @hookimpl
    def growthcore_channels():
        raise RuntimeError("the library is missing")


@pytest.fixture
def shop(tmp_path, clock) -> Iterator[Core]:
    """A migrated shop with a working plugin and a broken one, and keys in its data folder."""
    plugins = Plugins.load(entry_points=plugins_of(RelayPlugin, Broken), clock=clock)
    core = build_core(Settings(data_dir=tmp_path / "data"), clock=clock, plugins=plugins)
    migrations.upgrade(core.db, core.plugins)
    yield core
    core.db.dispose()


@pytest.fixture
def run(shop):
    def invoke(*arguments: str, **options) -> Result:
        return CliRunner().invoke(main, arguments, obj=shop, **options)

    return invoke


def output(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def read(result: Result):
    return json.loads(output(result))


def refused(result: Result) -> str:
    """The one line on standard error of a command that was refused."""
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_help_lists_every_command(run):
    listed = output(run("--help"))

    assert all(name in listed and words in listed for name, (_, words) in COMMANDS.items())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_is_there(run, name):
    assert f"Usage: main {name}" in output(run(name, "--help"))


def test_the_command_line_starts_without_importing_anything_heavy():
    code = "import sys, growthcore.cli; print(*(n for n in sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert not {"sqlalchemy", "flask", "numpy", "alembic", "growthcore.api"} & set(loaded)


def test_an_unknown_command_is_a_usage_error(run):
    result = run("nonsense")

    assert result.exit_code == 2
    assert "No such command" in result.stderr


def test_a_plugin_brings_commands_that_get_the_shop(run):
    assert output(run("relay_plugin", "hello")) == "hello from data\n"


def test_an_expected_error_is_one_line(run):
    assert refused(run("relay_plugin", "fail")) == "Error: first line second line\n"


# ---------------------------------------------------------------- shop, keys, origins


def test_the_shop_is_shown_and_set(run):
    told = (
        "--name",
        "니트하우스",
        "--url",
        "https://knit.shop",
        "--opt-out-number",
        "080-801-2345",
    )
    read(run("shop", "set", *told, "--json"))

    assert read(run("shop", "show", "--json")) == {
        "name": "니트하우스",
        "url": "https://knit.shop",
        "zone": "Asia/Seoul",
        "currency": "KRW",
        "locale": "ko",
        "business_name": "",
        "contact_phone": "",
        "contact_email": "",
        "postal_address": "",
        "opt_out_number": "0808012345",
    }


def test_a_wrong_shop_setting_is_refused(run):
    assert "zone: Give a time zone" in refused(run("shop", "set", "--zone", "Seoul"))


def test_a_public_key_is_issued_and_reissued(run):
    first = output(run("keys", "issue", "public")).strip()
    second = read(run("keys", "reissue", "--grace", "0", "--json"))["value"]

    listed = read(run("keys", "list", "--json"))
    assert first != second
    assert [(key["kind"], key["valid"]) for key in listed] == [("public", False), ("public", True)]
    assert first not in json.dumps(listed)


def test_a_secret_key_is_revoked(run):
    output(run("keys", "issue", "secret", "--label", "ERP"))
    output(run("keys", "revoke", "1"))

    assert read(run("keys", "list", "--json"))[0]["valid"] is False
    assert "no key 1" in refused(run("keys", "revoke", "1"))


def test_origins_are_added_listed_and_removed(run):
    assert output(run("origins", "add", "HTTPS://Knit.Shop/path")) == "https://knit.shop\n"
    assert "allowed already" in refused(run("origins", "add", "https://knit.shop"))
    assert read(run("origins", "list", "--json")) == ["https://knit.shop"]
    output(run("origins", "remove", "https://knit.shop"))
    assert read(run("origins", "list", "--json")) == []


def test_this_machine_is_an_origin_in_development_only(run):
    refused(run("origins", "add", "http://localhost:3000"))
    output(run("origins", "add", "http://localhost:3000", "--development"))


# ---------------------------------------------------------------- plugins


def test_plugins_are_listed_with_state_and_error(run):
    assert read(run("plugins", "list", "--json")) == [
        {
            "name": "broken",
            "version": "0",
            "state": "failed",
            "error": "RuntimeError: the library is missing",
        },
        {"name": "relay_plugin", "version": "0", "state": "active", "error": None},
    ]


def test_a_broken_plugin_is_shown_with_its_traceback(run):
    shown = output(run("plugins", "show", "broken"))

    assert "Traceback" in shown
    assert 'raise RuntimeError("the library is missing")' in shown


def test_a_plugin_is_shown_with_its_offers(run):
    assert read(run("plugins", "show", "relay_plugin", "--json"))[0]["offers"] == {
        "channel": ["relay"],
        "command": ["hello", "fail"],
    }


def test_an_unknown_plugin_is_refused_with_those_there_are(run):
    assert "only: broken, relay_plugin" in refused(run("plugins", "show", "relay"))


def test_a_plugin_switched_off_is_not_loaded_at_the_next_start(run, shop):
    assert "Start GrowthCore again" in output(run("plugins", "disable", "relay_plugin"))
    again = build_core(shop.settings)
    assert "relay_plugin" not in again.plugins.channels

    output(run("plugins", "enable", "relay_plugin"))
    again.db.dispose()


def test_a_broken_plugin_does_not_pass_the_check(run):
    result = run("plugins", "check", "broken")

    assert result.exit_code == 1
    assert "broken: it is failed: RuntimeError" in result.stderr


def test_a_plugin_that_breaks_the_contract_does_not_pass_the_check(run):
    result = run("plugins", "check", "relay_plugin")

    assert result.exit_code == 1
    assert "entry points of growthcore.plugins are called relay_plugin" in result.stderr


# ---------------------------------------------------------------- accounts, secrets


def test_an_account_is_added_verified_and_switched_off(run):
    added = read(run("accounts", "add", "relay", "Main", "--set", "host=mail.shop.com", "--json"))
    assert added["config"] == {"host": "mail.shop.com"}

    assert output(run("accounts", "verify", "1")) == "Account 1 works.\n"
    output(run("accounts", "disable", "1"))
    assert "switched off" in refused(run("accounts", "verify", "1"))


def test_a_secret_is_asked_for_and_never_printed(run, shop):
    result = run(
        "accounts", "add", "relay", "Main", "--set", "host=a.shop", "--secret", "password",
        input="hunter2\n",
    )  # fmt: skip

    assert "hunter2" not in output(result)
    assert shop.accounts.channel(1).context.config["password"] == "hunter2"
    listed = read(run("accounts", "list", "--json"))
    assert listed[0]["secrets"] == ["password"]
    assert "hunter2" not in json.dumps(listed)


def test_a_secret_may_be_a_reference(run, shop, tmp_path):
    (tmp_path / "password").write_text("from a file")
    reference = f"password=$file:{tmp_path}/password"
    output(run("accounts", "add", "relay", "x", "--set", "host=a.shop", "--secret", reference))

    assert shop.accounts.channel(1).context.config["password"] == "from a file"


def test_a_secret_on_the_command_line_is_refused(run):
    result = run("accounts", "add", "relay", "x", "--secret", "password=hunter2")

    assert result.exit_code == 2
    assert "hunter2" not in result.output


def test_an_account_that_does_not_work_asks_for_attention(run):
    output(run("accounts", "add", "relay", "Main", "--set", "host=down.shop.com"))

    assert "does not answer" in refused(run("accounts", "verify", "1"))
    assert "does not answer" in output(run("accounts", "list"))


def test_rotating_makes_a_new_key_in_the_data_folder(run, shop):
    run("accounts", "add", "relay", "x", "--set", "host=a", "--secret", "password", input="pw\n")

    assert "1 secrets are sealed with the key k2" in output(run("secrets", "rotate"))

    again = build_core(shop.settings, plugins=shop.plugins)
    assert again.accounts.channel(1).context.config["password"] == "pw"
    with again.db.read() as session:
        assert session.get_one(Account, 1).sealed["password"].startswith("k2:")
    again.db.dispose()


def test_a_generated_key_can_be_used(run):
    assert Keys.parse(output(run("secrets", "generate", "--id", "k7"))).first == "k7"


# ---------------------------------------------------------------- a shop from the environment


@pytest.fixture
def bare(tmp_path):
    """Run a command as a process would, from the environment alone."""
    settings = Settings(data_dir=tmp_path / "bare")

    def invoke(*arguments: str) -> Result:
        environment = {"GROWTHCORE_DATA_DIR": str(settings.data_dir)}
        return CliRunner().invoke(main, arguments, env=environment)

    yield invoke
    structlog.reset_defaults()


def test_a_database_that_is_not_migrated_says_how(bare):
    assert "growthcore db upgrade" in bare("shop", "show").stderr
    assert bare("db", "pending").exit_code == 1

    assert bare("db", "upgrade").exit_code == 0

    assert bare("db", "pending").exit_code == 0
    assert bare("db", "check").exit_code == 0
    assert bare("shop", "show").exit_code == 0


def test_plugins_are_listed_before_the_database_is_migrated(bare):
    assert bare("plugins", "list").exit_code == 0


def test_a_wrong_setting_is_one_line(tmp_path):
    environment = {"GROWTHCORE_DATABASE_URL": "mysql://somewhere"}

    result = CliRunner().invoke(main, ["shop", "show"], env=environment)

    assert "use sqlite:///PATH or postgresql+psycopg://" in refused(result)
    structlog.reset_defaults()


def test_the_core_can_be_taken_back_from_the_command_line(run, shop):
    output(run("db", "downgrade", "core", "base", "--yes"))

    assert list(migrations.pending(shop.db, shop.plugins)) == ["core"]
