"""A broken plugin costs itself only, whatever is wrong with it."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from growthcore.api import (
    AddressKind,
    AdminPage,
    Category,
    Channel,
    Compiled,
    ConfigError,
    GrowthCoreError,
    Manifest,
    ParamsSchema,
    PluginContext,
    Preview,
    Receipt,
    Text,
    Variable,
    hookimpl,
)
from growthcore.clock import FixedClock
from growthcore.plugins.discovery import Installed
from growthcore.plugins.records import PluginFailure, State
from growthcore.plugins.registry import Plugins
from growthcore.testing.plugins import a_manifest, plugins_of


class Greeting(Variable):
    id = "GREETING"
    title = Text("인사", "Greeting")
    sample = Text("안녕", "Hello")

    def values(self, customers, shop):
        return {}


class Pigeon(Channel):
    id = "pigeon"
    title = Text("비둘기", "Pigeon")
    medium = "sms"
    address = AddressKind.PHONE
    Content = ParamsSchema

    def compile(self, content):
        return Compiled(names=frozenset(), render=lambda _: "coo")

    def send(self, batch):
        return [Receipt.accepted() for _ in batch]

    def preview(self, rendered):
        return Preview(text=rendered)


class Good:
    MANIFEST = a_manifest("good")

    @hookimpl
    def growthcore_variables():
        return [Greeting]

    @hookimpl
    def growthcore_channels():
        return [Pigeon]

    @staticmethod
    @hookimpl
    def growthcore_event_recorded(events, context):
        return f"{context.plugin} saw {len(events)}"


def a_plugin(name: str, **attributes: Any) -> ModuleType:
    module = ModuleType(f"growthcore_{name}.plugin")
    vars(module).update({"MANIFEST": a_manifest(name), **attributes})
    return module


def offering(hook: str, answer: Any) -> dict[str, Any]:
    """The attribute of a plugin that offers ``answer``."""

    def implementation() -> Any:
        return answer

    return {hook: hookimpl(implementation)}


def load(*plugins: Any, **options: Any) -> Plugins:
    return Plugins.load(entry_points=plugins_of(Good, *plugins), **options)


def stopped(plugins: Plugins, name: str) -> tuple[State, str]:
    """The state and the error of a plugin, once it is sure that the good one answers."""
    assert isinstance(plugins.variables["GREETING"], Greeting)
    assert plugins.owner("variable", "GREETING") == "good"
    record = plugins.record(name)
    assert record is not None
    assert record.error
    return record.state, record.error


def installed(name: str, load: Any, distribution: str = "dist") -> Installed:
    return Installed(name=name, distribution=distribution, version="1", load=load)


def test_offers_are_known_by_kind_and_id():
    plugins = load()

    assert plugins.channels["pigeon"] is Pigeon
    record = plugins.record("good")
    assert record.state is State.ACTIVE
    assert record.offers == {"channel": ["pigeon"], "variable": ["GREETING"]}


def test_a_plugin_that_cannot_be_imported_fails_with_its_traceback():
    def explode() -> ModuleType:
        raise ImportError("no module named libkakao")

    plugins = Plugins.load(entry_points=[*plugins_of(Good), installed("broken", explode)])

    assert stopped(plugins, "broken") == (State.FAILED, "ImportError: no module named libkakao")
    assert "in explode" in plugins.record("broken").traceback


def test_a_plugin_that_exits_while_it_is_imported_does_not_end_the_process():
    def leave() -> ModuleType:
        raise SystemExit(3)

    plugins = Plugins.load(entry_points=[*plugins_of(Good), installed("leaver", leave)])

    assert stopped(plugins, "leaver")[0] is State.FAILED


def test_the_second_of_two_plugins_of_one_name_fails_and_names_the_first():
    twice = [
        installed("twin", lambda: a_plugin("twin"), "b-dist"),
        installed("twin", lambda: a_plugin("twin"), "a-dist"),
    ]

    records = Plugins.load(entry_points=twice).records

    assert [(record.distribution, record.state) for record in records] == [
        ("a-dist", State.ACTIVE),
        ("b-dist", State.FAILED),
    ]
    assert "a-dist" in records[1].error


def test_a_disabled_plugin_is_not_even_imported():
    def never() -> ModuleType:
        pytest.fail("imported")

    plugins = Plugins.load(
        entry_points=[*plugins_of(Good), installed("quiet", never)], disabled={"quiet"}
    )

    assert stopped(plugins, "quiet")[0] is State.DISABLED


def test_a_plugin_for_another_api_version_is_incompatible():
    old = Manifest(name="elder", title=Text("옛", "Old"), api=(2, 0), category=Category.OTHER)

    state, error = stopped(load(a_plugin("elder", MANIFEST=old)), "elder")

    assert state is State.INCOMPATIBLE
    assert "plugin API 2.0, this is 1." in error


def test_a_module_without_a_manifest_fails():
    plugins = Plugins.load(
        entry_points=[*plugins_of(Good), installed("nameless", lambda: ModuleType("nameless"))]
    )

    assert "must define MANIFEST" in stopped(plugins, "nameless")[1]


def test_a_manifest_of_another_name_fails():
    plugins = Plugins.load(
        entry_points=[*plugins_of(Good), installed("alias", lambda: a_plugin("other_name"))]
    )

    assert "'other_name'" in stopped(plugins, "alias")[1]


def test_a_mistyped_hook_is_blamed_on_its_plugin():
    mistyped = a_plugin("typo", **offering("growthcore_chanels", []))

    state, error = stopped(load(mistyped, a_plugin("zebra")), "typo")

    assert state is State.FAILED
    assert "growthcore_chanels" in error


def test_plugins_after_a_mistyped_one_still_load():
    plugins = load(a_plugin("typo", **offering("growthcore_chanels", [])), a_plugin("zebra"))

    assert plugins.record("zebra").state is State.ACTIVE


def test_a_hook_argument_with_a_default_is_refused():
    @hookimpl
    def growthcore_event_recorded(events, context=None):
        return None

    plugins = load(a_plugin("lazy", growthcore_event_recorded=growthcore_event_recorded))

    assert "'context' without a default" in stopped(plugins, "lazy")[1]


def test_a_hook_wrapper_is_refused():
    @hookimpl(wrapper=True)
    def growthcore_variables():
        return (yield)

    plugins = load(a_plugin("wrapper", growthcore_variables=growthcore_variables))

    assert "must not be a wrapper" in stopped(plugins, "wrapper")[1]


class Abstract(Variable):
    id = "ABSTRACT"
    title = Text("추상", "Abstract")


class Untitled(Greeting):
    id = "UNTITLED"
    title = "Untitled"


class Braced(Greeting):
    id = "A}"


class Spaced(Pigeon):
    id = "Has Space"


class Contentless(Pigeon):
    id = "contentless"
    Content = None


class Same(Greeting):
    pass


@pytest.mark.parametrize(
    ("hook", "answer", "said"),
    [
        ("growthcore_variables", [Abstract], "Abstract: it must implement values"),
        ("growthcore_variables", [Pigeon], "Pigeon: it must be a subclass of Variable"),
        ("growthcore_channels", [object()], "object: it must be a subclass of Channel"),
        ("growthcore_variables", Greeting, "return a list"),
        ("growthcore_variables", None, "returns nothing"),
        ("growthcore_variables", [Untitled], "title must be a Text"),
        ("growthcore_variables", [Braced], "its id 'A}' must match"),
        ("growthcore_channels", [Spaced], "its id 'Has Space' must match"),
        ("growthcore_channels", [Contentless], "Content must be a schema"),
        ("growthcore_variables", [Same], "'GREETING' is taken by the plugin good"),
        ("growthcore_admin_pages", ["page"], "it must be an AdminPage"),
        ("growthcore_commands", [print], "it must be a click command"),
        ("growthcore_models", int, "return the base made by plugin_base"),
    ],
)
def test_an_offer_that_breaks_the_contract_stops_its_plugin(hook, answer, said):
    state, error = stopped(load(a_plugin("odd", **offering(hook, answer))), "odd")

    assert state is State.FAILED
    assert error.startswith(hook)
    assert said in error


def test_an_id_that_one_plugin_offers_twice_stops_it():
    plugins = load(a_plugin("odd", **offering("growthcore_channels", [Other, Other])))

    assert "offered twice" in stopped(plugins, "odd")[1]


class Other(Pigeon):
    id = "other"


def test_all_offers_of_a_plugin_go_with_the_one_that_is_wrong():
    plugins = load(
        a_plugin(
            "half",
            **offering("growthcore_channels", [Other]),
            **offering("growthcore_variables", [Abstract]),
        )
    )

    assert stopped(plugins, "half")[0] is State.FAILED
    assert "other" not in plugins.channels


def test_a_provider_that_cannot_be_built_stops_its_plugin():
    class Explosive(Greeting):
        id = "EXPLOSIVE"

        def __init__(self, context):
            raise RuntimeError("boom")

    plugins = load(a_plugin("odd", **offering("growthcore_variables", [Explosive])))

    assert stopped(plugins, "odd") == (State.FAILED, "RuntimeError: boom")


def test_a_korean_variable_name_is_taken():
    class Korean(Greeting):
        id = "고객 이름"

    plugins = load(a_plugin("korean", **offering("growthcore_variables", [Korean])))

    assert "고객 이름" in plugins.variables


def test_strict_loading_raises():
    with pytest.raises(PluginFailure, match="plugin odd: growthcore_variables returns nothing"):
        load(a_plugin("odd", **offering("growthcore_variables", None)), strict=True)


def test_pages_are_known_by_plugin():
    page = AdminPage(slug="today", title=Text("오늘", "Today"), render=lambda: "<p>hi</p>")

    assert load(a_plugin("pages", **offering("growthcore_admin_pages", [page]))).pages == {
        "pages": [page]
    }


def test_a_provider_without_account_cannot_keep_a_state():
    context = load().variables["GREETING"].context

    assert context.state.read() == {}
    with pytest.raises(ConfigError):
        context.state.update(lambda _: None)


# ---------------------------------------------------------------- asking


def a_context(plugin: str) -> PluginContext:
    return PluginContext(plugin=plugin, clock=FixedClock, log=None, carts=None, unit=None)


@hookimpl
def growthcore_event_recorded(events, context):
    raise KeyError("secret")


def test_what_one_plugin_raises_does_not_keep_others_from_answering():
    plugins = load(a_plugin("angry", growthcore_event_recorded=growthcore_event_recorded))

    answers = plugins.ask("growthcore_event_recorded", a_context, events=[1, 2])

    assert [answer.plugin for answer in answers] == ["angry", "good"]
    assert isinstance(answers[0].error, KeyError)
    assert answers[1].value == "good saw 2"


def test_what_a_plugin_raises_is_counted_on_its_record():
    plugins = load(a_plugin("angry", growthcore_event_recorded=growthcore_event_recorded))

    plugins.ask("growthcore_event_recorded", a_context, events=[])

    assert plugins.record("angry").failures == 1
    assert "KeyError" in plugins.record("angry").last_error
    assert plugins.record("angry").state is State.ACTIVE
    assert plugins.record("good").failures == 0


def test_a_hook_inside_a_transaction_raises_and_names_the_plugin():
    plugins = load(a_plugin("angry", growthcore_event_recorded=growthcore_event_recorded))

    with pytest.raises(PluginFailure) as raised:
        plugins.require("growthcore_event_recorded", a_context, events=[])

    assert raised.value.plugin == "angry"
    assert "secret" not in str(raised.value)


def test_an_unexpected_error_of_a_provider_becomes_a_failure_of_its_plugin():
    plugins = load()

    failing = pytest.raises(PluginFailure, match="plugin good: ZeroDivisionError")
    with failing, plugins.guarded("channel", "pigeon"):
        raise ZeroDivisionError

    assert plugins.record("good").failures == 1


def test_an_expected_error_of_a_provider_stays_what_it_is():
    plugins = load()

    with (
        pytest.raises(GrowthCoreError, match="wrong password"),
        plugins.guarded("channel", "pigeon"),
    ):
        raise ConfigError("wrong password")

    assert plugins.record("good").failures == 0


def test_a_held_plugin_offers_and_answers_nothing():
    plugins = load()

    plugins.hold("good", "its tables are not up to date")

    assert plugins.record("good").state is State.MIGRATIONS_PENDING
    assert plugins.channels == {}
    assert plugins.ask("growthcore_event_recorded", a_context, events=[]) == []
