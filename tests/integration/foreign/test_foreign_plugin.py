"""A plugin nobody here has seen: written into a temporary folder, installed by pip, put to work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = """
from marshmallow import fields

from growthcore.api import (
    API_VERSION, AddressKind, Algorithm, Capabilities, Category, Channel, Compiled, Condition,
    Key, Manifest, Members, ParamsSchema, Preview, Receipt, Scored, Template, TemplateField, Text,
    hookimpl, is_block,
)

MANIFEST = Manifest(
    name="acme", title=Text("아크메", "Acme"), api=API_VERSION, category=Category.OTHER
)


class Content(ParamsSchema):
    body = TemplateField(required=True)


class Pigeon(Channel):
    id = "acme_pigeon"
    title = Text("비둘기", "Pigeon")
    medium = "email"
    address = AddressKind.EMAIL
    Content = Content

    def compile(self, content):
        template = Template(content["body"])
        blocks = frozenset(name for name in template.names if is_block(name))

        def render(context):
            shown = {name: "+".join(i.name for i in context.items(name)) for name in blocks}
            return template.render({**context.values, **shown})

        return Compiled(names=template.names - blocks, blocks=blocks, render=render)

    def preview(self, rendered):
        return Preview(text=rendered)

    def send(self, batch):
        with open(PATH, "a", encoding="utf-8") as loft:
            loft.writelines(f"{m.address}: {m.rendered}\\n" for m in batch)
        return [Receipt.accepted(m.reference) for m in batch]


class NameParams(ParamsSchema):
    letter = fields.String(required=True)


class Initial(Condition):
    id = "acme_initial"
    title = Text("이름 첫 글자", "Initial")
    Params = NameParams

    def members(self, query, params):
        select = query.attribute("nickname", "=", params["letter"])
        return Members(select, estimate=query.estimate(select))

    def describe(self, params):
        letter = params["letter"]
        return Text(f"별명이 {letter}", f"nickname is {letter}")


class Everything(Algorithm):
    id = "acme_everything"
    title = Text("전부", "Everything")
    key = Key.NONE
    Params = ParamsSchema
    trained = False

    def recommend(self, request):
        return [Scored(1, 1.0, "acme"), Scored(2, 0.5, "acme")][: request.limit]


@hookimpl
def growthcore_channels():
    return [Pigeon]


@hookimpl
def growthcore_segment_conditions():
    return [Initial]


@hookimpl
def growthcore_algorithms():
    return [Everything]
"""

MANIFESTED = """
from growthcore.api import API_VERSION, Category, Manifest, Text, hookimpl

MANIFEST = Manifest(name="{name}", title=Text("x", "x"), api=API_VERSION, category=Category.OTHER)
"""

BROKEN = {
    "acme_import": "import nothing_of_the_kind",
    "acme_old": MANIFESTED.replace("api=API_VERSION", "api=(0, 9)"),
    "acme_wrong": MANIFESTED + "\n@hookimpl\ndef growthcore_channels():\n    return [str]\n",
    "acme_typo": MANIFESTED + "\n@hookimpl\ndef growthcore_chanels():\n    return []\n",
    "acme_zdouble": MANIFESTED
    + """
from growthcore.api import Condition, ParamsSchema


class Twin(Condition):
    id = "acme_initial"
    title = Text("x", "x")
    Params = ParamsSchema

    def members(self, query, params):
        raise AssertionError

    def describe(self, params):
        return Text("x", "x")


@hookimpl
def growthcore_segment_conditions():
    return [Twin]
""",
    "acme_raises": MANIFESTED
    + """
from growthcore.api import AddressKind, Channel, Compiled, ParamsSchema, Preview


class Sinking(Channel):
    id = "acme_sinking"
    title = Text("x", "x")
    medium = "email"
    address = AddressKind.EMAIL
    Content = ParamsSchema

    def compile(self, content):
        return Compiled(names=frozenset(), render=lambda context: "x")

    def preview(self, rendered):
        return Preview(text=rendered)

    def send(self, batch):
        raise RuntimeError("it sank")


@hookimpl
def growthcore_channels():
    return [Sinking]
""",
}

WORK = """
from growthcore.app import build_core
from growthcore.campaigns import enrolment, reports, sending, service
from growthcore.settings import Settings
import json, sys

core = build_core(Settings.from_environment())
campaign = int(sys.argv[1])
while enrolment.enrol_audience(core, campaign):
    pass
while sending.send_due(core, campaign):
    pass
with core.db.read() as session:
    print(json.dumps(reports.standing(session, campaign).as_dict()))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder of its own into which pip installed every foreign plugin."""
    folder, target = tmp_path_factory.mktemp("acme"), tmp_path_factory.mktemp("site")
    path = target / "loft.txt"
    sources = {"acme": PLUGIN.replace("PATH", repr(str(path)))}
    broken = {name: text.replace("{name}", name) for name, text in BROKEN.items()}
    _distribution(folder / "acme", sources)
    _distribution(folder / "broken", broken)
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation",
         "--disable-pip-version-check", "--root-user-action=ignore", "--target", str(target),
         str(folder / "acme"), str(folder / "broken")],
        check=True,
    )  # fmt: skip
    return target


def _distribution(folder, sources):
    """A distribution with a plugin of each source."""
    for name, source in sources.items():
        package = folder / f"growthcore_{name}"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / "plugin.py").write_text(source)
    entry_points = "".join(f'{name} = "growthcore_{name}.plugin"\n' for name in sources)
    packages = [f"growthcore_{name}" for name in sources]
    (folder / "pyproject.toml").write_text(
        f'[build-system]\nrequires = ["setuptools>=68"]\nbuild-backend = "setuptools.build_meta"\n'
        f'[project]\nname = "growthcore-{folder.name}"\nversion = "1"\n'
        f'[project.entry-points."growthcore.plugins"]\n{entry_points}'
        f"[tool.setuptools]\npackages = {json.dumps(packages)}\n"
    )


@pytest.fixture
def growthcore(site, tmp_path):
    """Run the command line of an installation that has the foreign plugins."""
    environment = os.environ | {
        "PYTHONPATH": str(site),
        "GROWTHCORE_DATA_DIR": str(tmp_path / "data"),
        "GROWTHCORE_LOG_LEVEL": "ERROR",
    }

    def run(*arguments, command=("-m", "growthcore.cli"), stdin=None):
        done = subprocess.run(
            [sys.executable, *command, *map(str, arguments)],
            env=environment, capture_output=True, text=True, input=stdin,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("db", "upgrade")
    return run


def _campaign(growthcore, tmp_path, provider, content, audience):
    customers = tmp_path / "customers.csv"
    customers.write_text(
        "external_id,email,nickname\nkim,kim@example.com,K\nlee,lee@example.com,L\n"
    )
    growthcore("import", "customers", customers, "--map", "nickname=attributes.nickname")
    account = json.loads(growthcore("accounts", "add", provider, "a", "--json"))["id"]
    definition = {
        "message_class": "informational",
        "account_id": account,
        "content": content,
        "audience": audience,
        "delivery": {"kind": "once"},
    }
    made = json.loads(
        growthcore("campaigns", "create", "c", "-", "--json", stdin=json.dumps(definition))
    )
    growthcore("campaigns", "launch", made["id"])
    script = tmp_path / "work.py"
    script.write_text(
        "from growthcore.messaging.models import PolicySetting\n"
        + WORK.replace(
            "campaign =",
            "with core.db.unit() as session:\n"
            "    session.merge(PolicySetting(id='quiet_hours', enabled=False, params={}))\ncampaign =",
        )
    )
    printed = growthcore(made["id"], command=(str(script),))
    return json.loads(printed.splitlines()[-1])


def test_it_adds_a_channel_a_condition_and_an_algorithm_to_a_campaign(growthcore, site, tmp_path):
    products = tmp_path / "products.csv"
    products.write_text("external_id,name,price\np1,코트,1000\np2,모자,500\n")
    growthcore("import", "products", products)
    growthcore("models", "create", "all", "--algorithm", "acme_everything", "--name", "All")
    found = _campaign(
        growthcore,
        tmp_path,
        "acme_pigeon",
        {"body": "안녕 #{USER_ID}: #{RECO:all}"},
        {"condition": "acme_initial", "params": {"letter": "K"}},
    )
    assert (found["targets"], found["sent"]) == (1, 1)
    assert Path(site / "loft.txt").read_text() == "kim@example.com: 안녕 kim: 코트+모자\n"


def test_broken_ones_are_shown_with_their_reason_and_everything_else_works(growthcore):
    listed = {each["name"]: each for each in json.loads(growthcore("plugins", "list", "--json"))}
    states = {name: listed[name]["state"] for name in BROKEN}
    assert states == {
        "acme_import": "failed",
        "acme_old": "incompatible",
        "acme_wrong": "failed",
        "acme_typo": "failed",
        "acme_zdouble": "failed",
        "acme_raises": "active",
    }
    assert "nothing_of_the_kind" in listed["acme_import"]["error"]
    assert "growthcore_chanels" in listed["acme_typo"]["error"]
    assert "acme_initial" in listed["acme_zdouble"]["error"]
    assert listed["acme"]["state"] == listed["segment_event_count"]["state"] == "active"
    assert "Traceback" in growthcore("plugins", "show", "acme_import")


def test_one_that_raises_while_it_sends_leaves_its_messages_uncertain(growthcore, tmp_path):
    everybody = {
        "not": {
            "condition": "customer_attribute",
            "params": {"attribute": "left", "operator": "exists"},
        }
    }
    found = _campaign(growthcore, tmp_path, "acme_sinking", {}, everybody)
    assert (found["targets"], found["uncertain"]) == (2, 2)
