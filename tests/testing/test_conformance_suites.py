"""A suite is worth what it finds: each defect below must fail the check that is about it."""

from dataclasses import replace
from datetime import timedelta
from random import random

import pytest
from marshmallow import EXCLUDE, fields

from growthcore.api import (
    SEND,
    Algorithm,
    Compiled,
    ConfigSchema,
    Decision,
    Key,
    MissingValue,
    Occasion,
    ParamsSchema,
    Policy,
    Receipt,
    Scored,
    Secret,
    Severity,
    Template,
    TemplateField,
    Text,
    Trigger,
    TriggerPorts,
    labelled,
)
from growthcore.clock import SystemClock
from growthcore.testing import algorithms, channels, policies, providers, triggers
from growthcore.testing.checks import maker, suite
from growthcore.testing.fakes import context_for
from growthcore.testing.interactions import a_past
from growthcore.testing.recording import Recording
from growthcore.testing.rendering import FakeRecipient
from growthcore.testing.values import FakeCarts, FakeConsents, an_event

LABEL = labelled(Text("라벨", "Label"))


def failures(checks, subject):
    found = {}
    for check in checks:
        try:
            check(subject)
        except (AssertionError, MissingValue, pytest.fail.Exception) as error:
            found[check.__name__.removeprefix("check_")] = str(error)
    return set(found)


# ---------------------------------------------------------------- providers


class TidyConfig(ConfigSchema):
    token = Secret(required=True, metadata=LABEL)


class TidyParams(ParamsSchema):
    pass


class Tidy(Trigger):
    id = "tidy"
    title = Text("깔끔", "Tidy")
    Config = TidyConfig
    Params = TidyParams

    def listens_to(self, params):
        return frozenset({"sign_up"})

    def match(self, event, params, ports):
        if event.name != "sign_up" or event.customer_id is None:
            return None
        return Occasion(key=f"e:{event.id}", customer_id=event.customer_id, at=event.occurred_at)

    def describe(self, params):
        return Text("가입하면", "on sign-up")


def trigger_subject(provider):
    config = {"token": "s3cret-token"} if "token" in provider.Config().fields else {}
    return triggers.Subject(
        make=lambda: provider(context_for(provider, config)),
        params={},
        occasions=[an_event("sign_up", id=1), an_event("sign_up", id=2)],
        ignored=[an_event("purchase", id=3)],
        ports=TriggerPorts(carts=FakeCarts(), consents=FakeConsents()),
    )


def changed(**attributes):
    return type("Changed", (Tidy,), attributes)


def test_a_tidy_provider_passes():
    subject = trigger_subject(Tidy)
    assert failures([*providers.PROVIDER_CHECKS, *triggers.TRIGGER_CHECKS], subject) == set()


class Unlabelled(ParamsSchema):
    colour = fields.String()


class Lenient(ParamsSchema):
    class Meta:
        unknown = EXCLUDE


class Widgetless(ParamsSchema):
    blob = fields.Raw(metadata=LABEL)


class Leaky(ConfigSchema):
    token = fields.String(metadata=LABEL)


def connecting(self, context):
    Trigger.__init__(self, context)
    context.http.answer()
    context.http.request("GET", "https://provider.example")


def remembering(self, context):
    Trigger.__init__(self, context)
    context.state.update(lambda document: document.update(seen=True))


@pytest.mark.parametrize(
    ("attributes", "check"),
    [
        ({"id": "Not A Slug"}, "id_is_a_slug"),
        ({"title": Text("한국어만", "")}, "title_is_in_both_languages"),
        ({"Params": Unlabelled}, "fields_are_labelled_in_both_languages"),
        ({"Params": Lenient}, "unknown_keys_are_refused"),
        ({"__init__": connecting}, "construction_does_no_io"),
        ({"__init__": remembering}, "construction_does_no_io"),
    ],
)
def test_an_untidy_provider_is_found(attributes, check):
    assert check in failures(providers.PROVIDER_CHECKS, trigger_subject(changed(**attributes)))


def test_a_field_without_a_widget_is_found():
    with pytest.raises(TypeError, match="no widget for Raw"):
        providers.check_fields_render_to_a_form(trigger_subject(changed(Params=Widgetless)))


def test_a_secret_in_the_repr_is_found():
    leaky = changed(__repr__=lambda self: f"<{self.context.config}>")
    assert failures(providers.PROVIDER_CHECKS, trigger_subject(leaky)) == {"secrets_stay_hidden"}


# ---------------------------------------------------------------- triggers


def by_the_clock(self, event, params, ports):
    occasion = Tidy.match(self, event, params, ports)
    return occasion and replace(occasion, at=self.context.clock.now())


def by_the_system(self, event, params, ports):
    occasion = Tidy.match(self, event, params, ports)
    return occasion and replace(occasion, at=SystemClock().now())


def with_one_key(self, event, params, ports):
    occasion = Tidy.match(self, event, params, ports)
    return occasion and replace(occasion, key="one")


def always(self, event, params, ports):
    return Tidy.match(self, replace(event, name="sign_up"), params, ports)


@pytest.mark.parametrize(
    ("attributes", "check"),
    [
        ({"listens_to": lambda *_: frozenset()}, "listens_to_what_it_matches"),
        ({"match": by_the_clock}, "time_comes_from_arguments"),
        ({"match": by_the_system}, "same_event_makes_the_same_occasion"),
        ({"match": with_one_key}, "different_occasions_have_different_keys"),
        ({"match": always}, "other_events_make_no_occasion"),
        ({"describe": lambda *_: Text("뿐", "")}, "describe_is_in_both_languages"),
    ],
)
def test_a_trigger_that_breaks_the_contract_is_found(attributes, check):
    assert check in failures(triggers.TRIGGER_CHECKS, trigger_subject(changed(**attributes)))


# ---------------------------------------------------------------- send policies


class Pause(Policy):
    id = "pause"
    title = Text("간격", "Pause")
    Params = TidyParams

    def window(self, params):
        return timedelta(hours=2)

    def decide(self, candidate, sends, at, params):
        return Decision.defer(sends[-1].at + timedelta(hours=2)) if sends else SEND

    def describe(self, params):
        return Text("두 시간", "two hours")


class Demanding(ParamsSchema):
    hours = fields.Integer(required=True, metadata=LABEL)


def deferring(until, reason=None):
    return lambda self, candidate, sends, at, params: Decision.defer(until(self, at), reason)


@pytest.mark.parametrize(
    ("attributes", "check"),
    [
        ({"Params": Demanding}, "every_param_has_a_default"),
        ({"decide": lambda *_: None}, "answers_can_be_followed"),
        ({"decide": deferring(lambda _, at: at)}, "answers_can_be_followed"),
        ({"decide": deferring(lambda _, at: at + timedelta(1), "Too soon!")}, "answers_can_be_followed"),
        ({"decide": deferring(lambda self, _: self.context.clock.now())}, "time_comes_from_arguments"),
        ({"decide": deferring(lambda _, at: at + timedelta(seconds=random()))}, "same_question_same_answer"),
        ({"window": lambda *_: timedelta(minutes=1)}, "window_covers_what_it_looks_at"),
        ({"narrows": lambda *_: True}, "the_same_params_narrow_nothing"),
        ({"describe": lambda *_: Text("두 시간", "")}, "describe_is_in_both_languages"),
    ],
)  # fmt: skip
def test_a_policy_that_breaks_the_contract_is_found(attributes, check):
    def found(policy, params):
        subject = policies.Subject(make=lambda: policy(context_for(policy)), params=params)
        return failures(policies.POLICY_CHECKS, subject)

    params = {"hours": 1} if "Params" in attributes else {}
    assert found(Pause, {}) == set()
    assert check in found(type("Changed", (Pause,), attributes), params)


# ---------------------------------------------------------------- channels


class Words(ParamsSchema):
    body = TemplateField(required=True, metadata=LABEL)


def channel_class(**attributes):
    (offered,) = Recording().plugin().growthcore_channels()

    def send(self, batch):
        for message in batch:
            self.context.http.answer()
            self.context.http.request("POST", message.reference)
        return [
            Receipt.accepted() if "@" in message.address else Receipt.rejected("refused")
            for message in batch
        ]

    def compile_(self, content):
        template = Template(content["body"])
        return Compiled(
            names=template.names, render=lambda to: {"body": template.render(to.values)}
        )

    def check(self, content, message_class):
        return [
            channels.Finding(severity=Severity.BLOCKING, code="long", path="body", text="long")
        ] * (len(content["body"]) > 1000)

    usual = {"Content": Words, "send": send, "compile": compile_, "check": check}
    return type("TestChannel", (offered,), {**usual, **attributes})


def channel_subject(provider):
    return channels.Subject(
        make=lambda: provider(context_for(provider)),
        content={"body": "안녕하세요 #{NAME}님"},
        outbox=lambda channel: "".join(each.url for each in channel.context.http.requests),
        address=None,
        refused=None,
    )


def test_a_channel_that_keeps_the_contract_passes():
    checks = [*providers.PROVIDER_CHECKS, *channels.CHANNEL_CHECKS]
    assert failures(checks, channel_subject(channel_class())) == set()


def raw(self, content):
    return Compiled(names=frozenset({"NAME"}), render=lambda _: {"body": content["body"]})


def nameless(self, content):
    template = Template(content["body"])
    return Compiled(names=frozenset(), render=lambda to: {"body": template.render(to.values)})


def accepting(self, batch):
    return [Receipt.accepted() for _ in batch]


def backwards(self, batch):
    return channel_class().send(self, batch)[:1] * len(batch)


@pytest.mark.parametrize(
    ("attributes", "check"),
    [
        ({"compile": raw}, "missing_value_raises"),
        ({"compile": raw}, "hangul_and_emoji_survive"),
        ({"compile": nameless}, "compile_reports_its_variables"),
        ({"send": accepting}, "refused_address_is_a_receipt"),
        ({"send": accepting}, "every_attempt_has_the_same_reference"),
        ({"send": backwards}, "one_receipt_a_message_in_order"),
        ({"check": lambda *_: ()}, "over_long_content_is_found"),
        (
            {"preview": lambda *_: channels.Preview(text="")},
            "preview_shows_the_message",
        ),
    ],
)
def test_a_channel_that_breaks_the_contract_is_found(attributes, check):
    subject = channel_subject(channel_class(**attributes))
    assert check in failures(channels.CHANNEL_CHECKS, subject)


# ---------------------------------------------------------------- algorithms


class Popular(Algorithm):
    id = "popular"
    title = Text("인기", "Popular")
    key = Key.NONE
    Params = TidyParams

    def fit(self, interactions, params):
        import numpy as np

        chunks = list(interactions.chunks(["purchase"]))
        if not chunks:
            return {}
        bought = np.concatenate([chunk.products for chunk in chunks])
        products, counts = np.unique(bought, return_counts=True)
        order = np.lexsort((products, -counts))
        return {"products": products[order], "counts": counts[order].astype(np.float64)}

    def recommend(self, request):
        found = zip(
            request.artifact.get("products", ()), request.artifact.get("counts", ()), strict=True
        )
        return [Scored(int(p), float(c), "popular") for p, c in found][: request.limit]


def algorithm_subject(**attributes):
    provider = type("Changed", (Popular,), attributes)
    return algorithms.Subject(
        make=lambda: provider(context_for(provider)), params={}, past=a_past()
    )


def test_an_algorithm_that_keeps_the_contract_passes():
    checks = [*providers.PROVIDER_CHECKS, *algorithms.ALGORITHM_CHECKS]
    assert failures(checks, algorithm_subject()) == set()


def everything(self, request):
    return Popular.recommend(self, replace(request, limit=1000))


def twice(self, request):
    return [each for each in Popular.recommend(self, request) for _ in range(2)][: request.limit]


def upside_down(self, request):
    return Popular.recommend(self, request)[::-1]


def infinite(self, request):
    return [replace(each, score=float("nan")) for each in Popular.recommend(self, request)]


def made_up(self, request):
    return [Scored(1, 1.0, "made_up")]


@pytest.mark.parametrize(
    ("attributes", "check"),
    [
        ({"recommend": everything}, "at_most_limit_without_repeats"),
        ({"recommend": twice}, "at_most_limit_without_repeats"),
        ({"recommend": upside_down}, "scores_are_finite_and_sorted"),
        ({"recommend": infinite}, "scores_are_finite_and_sorted"),
        ({"recommend": made_up}, "empty_past_gives_empty_answers"),
        ({"recommend": lambda *_: []}, "learns_something"),
        ({"trained": False}, "untrained_needs_no_artifact"),
    ],
)
def test_an_algorithm_that_breaks_the_contract_is_found(attributes, check):
    assert check in failures(algorithms.ALGORITHM_CHECKS, algorithm_subject(**attributes))


# ---------------------------------------------------------------- the decorator


def test_a_failure_expected_of_no_check_is_refused():
    with pytest.raises(ValueError, match=r"no check is called emoji; there are .*missing_value"):
        suite(channels.CHANNEL_CHECKS, lambda _fixture: None, {"emoji": "reason"})


def test_an_expected_failure_is_strict_and_tells_why(pytester):
    pytester.makeconftest('pytest_plugins = ["growthcore.testing.fixtures"]')
    pytester.makepyfile(
        """
        from growthcore.testing.checks import maker, suite

        def check_holds(subject): assert subject == 3
        def check_fails(subject): assert subject == 4

        reasons = {"holds": "it does hold", "fails": "known"}

        @suite([check_holds, check_fails], lambda fixture: 3, reasons)
        def test_conformance(check):
            check()
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:valkey", "-v", "-rx")
    result.assert_outcomes(failed=1, xfailed=1)
    result.stdout.fnmatch_lines(["*test_conformance?holds? FAILED*", "XFAIL*known*"])


def test_a_factory_is_handed_the_fixtures_it_names(tmp_path):
    handed = []

    def factory(tmp_path):
        handed.append(tmp_path)
        return Tidy(context_for(Tidy, {"token": "t"}))

    maker(factory, {"tmp_path": tmp_path}.__getitem__)()
    assert handed == [tmp_path]


def test_a_fake_recipient_gives_links_as_they_are():
    assert FakeRecipient(values={}).link("https://shop.example", "main") == "https://shop.example"
