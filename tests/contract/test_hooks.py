"""Every hook does what its specification says, through the core and with a plugin that ships."""

import inspect
import json
import sys
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect as tables_of

from growthcore.api import Candidate, MessageClass, Suppress, hookspecs
from growthcore.campaigns import reactions
from growthcore.cli import main
from growthcore.customers import erasure, merging
from growthcore.plugins.records import PluginFailure
from growthcore.testing.factories import make_customer, make_event, make_product
from growthcore.testing.plugins import a_plugin
from growthcore.testing.values import START

HOOKS = [
    name
    for name, function in vars(hookspecs).items()
    if inspect.isfunction(function) and name.startswith("growthcore_")
]


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_test_here(hook):
    assert hasattr(sys.modules[__name__], f"test_hook_{hook.removeprefix('growthcore_')}")


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_specified_for_its_readers(hook):
    specification = getattr(hookspecs, hook)
    assert ".. versionadded::" in specification.__doc__
    assert inspect.signature(specification).return_annotation
    defaults = [p.default for p in inspect.signature(specification).parameters.values()]
    assert set(defaults) <= {inspect.Parameter.empty}


# ---------------------------------------------------------------- offers


def test_hook_channels(core):
    assert core.plugins.owner("channel", "file") == "channel_file"
    assert core.plugins.channels["file"].id == "file"


def test_hook_connections(core):
    assert core.plugins.owner("connection", "cafe24") == "connection_cafe24"
    assert core.plugins.connections["cafe24"].id == "cafe24"


def test_hook_sources(core):
    assert core.plugins.owner("source", "cafe24") == "source_cafe24"
    assert core.plugins.sources["cafe24"].id == "cafe24"


def test_hook_algorithms(make_core, sqlite_database):
    from growthcore.api import Algorithm, Key, ParamsSchema, Text

    class Nothing(Algorithm):
        id = "nothing"
        title = Text("없음", "Nothing")
        key = Key.NONE
        Params = ParamsSchema

        def recommend(self, request):
            return []

    core = make_core(
        sqlite_database, [a_plugin("nothing", growthcore_algorithms=lambda: [Nothing])]
    )
    assert core.plugins.algorithms["nothing"].recommend(None) == []


def test_hook_segment_conditions(core):
    condition = core.plugins.conditions["event_count"]
    assert core.plugins.owner("condition", condition.id) == "segment_event_count"


def test_hook_triggers(core):
    assert core.plugins.owner("trigger", "cart_abandoned") == "trigger_cart_abandoned"
    assert core.plugins.owner("trigger", "event") == "trigger_event"


def test_hook_policies(core):
    assert core.plugins.owner("policy", "quiet_hours") == "policy_quiet_hours"
    assert core.plugins.owner("policy", "cooldown") == "policy_cooldown"


def test_hook_variables(core):
    assert core.plugins.owner("variable", "NAME") == "variables_basic"
    assert core.plugins.owner("variable", "고객명") == "variables_basic"


def test_hook_admin_pages(core):
    (page,) = core.plugins.pages["event_debugger"]
    html = page.render(core.plugin_context("event_debugger"), "en")
    assert "No event yet" in html


def test_hook_commands(core):
    record(core, "sign_up")
    arguments = ["event_debugger", "tail", "--json"]
    result = CliRunner().invoke(main, arguments, obj=core, catch_exceptions=False)
    assert json.loads(result.stdout)["name"] == "sign_up"


def test_hook_models(core):
    assert [each.name for each in core.plugins.migrations] == ["event_debugger"]
    assert tables_of(core.db.engine).has_table("event_debugger_events")


# ---------------------------------------------------------------- while running


def record(core, name, **fields):
    """Record an event of a new customer, and let everybody react; returns the customer."""
    with core.db.unit() as session:
        customer = make_customer(session)
        make_event(session, name, customer=customer, **fields)
    reactions.react(core)
    return customer


def seen(core):
    """Whose events the event debugger shows."""
    page = CliRunner().invoke(main, ["event_debugger", "tail", "--json"], obj=core)
    return [json.loads(line)["customer_id"] for line in page.stdout.splitlines()]


def test_hook_event_recorded(core):
    customer = record(core, "sign_up", properties={"plan": "gold"})
    assert seen(core) == [customer.id]


def test_hook_event_recorded_outlives_a_plugin_that_raises(make_core, sqlite_database):
    heard = []

    def broken(events):
        raise ValueError

    def hear(events):
        heard.extend(events)

    core = make_core(
        sqlite_database,
        [
            a_plugin("a_broken_one", growthcore_event_recorded=broken),
            a_plugin("b_sound", growthcore_event_recorded=hear),
        ],
    )
    record(core, "sign_up")
    assert [event.name for event in heard] == ["sign_up"]
    assert core.plugins.record("a_broken_one").failures == 1
    assert reactions.react(core) == 0


def test_hook_before_send(core):
    with core.db.unit() as session:
        customer = make_customer(session)
        make_product(session, "SOLD-OUT", stock=0)
        event_id = make_event(
            session,
            "add_to_cart",
            customer=customer,
            visitor="browser",
            items=["SOLD-OUT"],
            at=START - timedelta(hours=1),
        )
    cart = core.ports.carts.open_of([customer.id])[customer.id]
    candidate = Candidate(
        message_id=event_id,
        campaign_id=1,
        channel="file",
        message_class=MessageClass.ADVERTISING,
        customer=customer,
        cart_id=cart.id,
        at=START,
    )
    answers = core.plugins.ask(
        "growthcore_before_send", core.plugin_context, candidates=[candidate]
    )
    assert {each.plugin: each.value for each in answers} == {
        "guard_sold_out": {event_id: Suppress("sold_out")}
    }


def erase(core, customer):
    with core.db.unit() as session:
        erasure.erase(core, session, customer.id, actor="test", now=START, listeners=core.listeners)


def test_hook_customer_erased(core):
    customer = record(core, "sign_up")
    erase(core, customer)
    assert seen(core) == []


def test_hook_customer_erased_fails_the_erasure_when_it_raises(make_core, sqlite_database):
    def broken(customer_id):
        raise ValueError

    core = make_core(sqlite_database, [a_plugin("broken", growthcore_customer_erased=broken)])
    with core.db.unit() as session:
        customer = make_customer(session, name="김하늘")
    with pytest.raises(PluginFailure, match="broken"):
        erase(core, customer)
    assert core.ports.customers.get([customer.id])[customer.id].name == "김하늘"


def test_hook_customer_merged(core):
    merged, kept = record(core, "sign_up"), record(core, "login")
    with core.db.unit() as session:
        merging.merge(
            core,
            session,
            kept.id,
            merged.id,
            actor="test",
            now=START,
            listeners=core.listeners,
        )
    assert seen(core) == [kept.id, kept.id]
