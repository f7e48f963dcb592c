"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Manifest, Text, Trigger, Variable, hookimpl
from growthcore_trigger_consent_notice.changed import ConsentChanged
from growthcore_trigger_consent_notice.confirmation import ConfirmationDue
from growthcore_trigger_consent_notice.variables import ConsentChange, ConsentsHeld

MANIFEST = Manifest(
    name="trigger_consent_notice",
    title=Text("수신 동의 안내", "Notices about consent"),
    api=(1, 0),
    category=Category.TRIGGER,
    description=Text(
        "정보통신망법이 정한 2년마다의 수신 동의 확인과 14일 이내의 처리 결과 통지를 캠페인으로 보냅니다.",
        "Lets campaigns send what Korean law asks for: the confirmation of consent every two years, and "
        "the result of a consent, refusal or withdrawal within 14 days.",
    ),
)


@hookimpl
def growthcore_triggers() -> list[type[Trigger]]:
    """Offer the triggers."""
    return [ConfirmationDue, ConsentChanged]


@hookimpl
def growthcore_variables() -> list[type[Variable]]:
    """Offer what their messages must say."""
    return [ConsentsHeld, ConsentChange]
