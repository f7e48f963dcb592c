import pytest
from marshmallow import ValidationError

from growthcore.testing.conditions import condition_conformance
from growthcore.testing.fakes import context_for
from growthcore.testing.packages import check_plugin
from growthcore_segment_consent.condition import ConsentGiven


@condition_conformance(
    ConsentGiven,
    samples=[
        {"channel": "email"},
        {"channel": "email", "granted": False},
        {"channel": "sms", "purpose": "night", "granted": True},
    ],
)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("segment_consent")


@pytest.mark.parametrize(
    ("params", "ko", "en"),
    [
        ({"channel": "sms"}, "‘sms’ 채널 광고 수신 동의", "consented to advertising by “sms”"),
        (
            {"channel": "sms", "purpose": "night", "granted": False},
            "‘sms’ 채널 야간 광고 수신 동의 철회",
            "withdrew advertising at night by “sms”",
        ),
    ],
)
def test_the_sentence_names_channel_purpose_and_answer(params, ko, en):
    condition = ConsentGiven(context_for(ConsentGiven))
    text = condition.describe(condition.Params().load(params))
    assert (text.ko, text.en) == (ko, en)


@pytest.mark.parametrize(
    "wrong", [{}, {"channel": "E-Mail"}, {"channel": "email", "purpose": "other"}]
)
def test_params_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValidationError):
        ConsentGiven.Params().load(wrong)
