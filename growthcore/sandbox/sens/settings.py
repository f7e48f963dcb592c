"""How the stand-in behaves where the documents of SENS are silent or contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Project:
    """A SENS project: the ids of its services, and the phone numbers it may send from."""

    name: str
    kakao_service: str
    sms_service: str
    senders: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Key:
    """An access key of an account, and the projects that are its own."""

    access: str
    secret: str = field(repr=False)
    projects: tuple[Project, ...]


EXAMPLE_PROJECT = Project(
    name="growthcore",
    kakao_service="ncp:kkobizmsg:kr:1234567:growthcore",
    sms_service="ncp:sms:kr:1234567:growthcore",
    senders=("0212345678", "01012345678"),
)
EXAMPLE_KEY = Key(
    access="ExampleAccessKey0001",
    secret="ExampleSecretKey000000000000000000000001",  # noqa: S106 - an example
    projects=(EXAMPLE_PROJECT,),
)


@dataclass(frozen=True, kw_only=True)
class SensSettings:
    """A stand-in's keys, its pace, and each guess about SENS, which a test or a person may turn.

    Pace: a message has no status for ``unreported``, is "processing" for ``in_flight``, then ends.
    ``silent_suffixes``, ``refused_suffixes`` and ``sms_codes`` go by the last four digits of the
    number: one that never ends, one that is refused by SENS itself (with which code), one that the
    carrier refuses (with what it says).
    """

    keys: tuple[Key, ...] = (EXAMPLE_KEY,)
    unreported: timedelta = timedelta(seconds=0.5)
    in_flight: timedelta = timedelta(seconds=1.5)
    calls_per_second: float | None = None
    kept: timedelta = timedelta(days=30)  # The API pages; a guide says 90 days.

    silent_suffixes: frozenset[str] = frozenset({"9999"})
    refused_suffixes: Mapping[str, str] = field(default_factory=lambda: {"9004": "B004"})
    refused_at: Literal["request", "result"] = "request"  # Where a code B… is told.
    refused_code: str = "A001"  # A recipient that can't be accepted, for any other reason.
    sms_codes: Mapping[str, str] = field(
        default_factory=lambda: {
            "3001": "결번",
            "3002": "수신 거부",
            "3003": "전원 꺼짐",
            "3004": "단말기 오류",
        }
    )

    error_form: Literal["gateway", "plain"] = "gateway"  # Of SENS's own refusals.
    error_code_as: Literal["text", "number"] = "text"
    errors_say_json: bool = True
    foreign_channel: Literal["Forbidden", "gateway"] = "Forbidden"
    unreserved_cancel: int = 400  # The status of cancelling what is no longer READY.
    unknown_template: Literal["result", "request"] = "result"  # 3015, or a refused request.

    empty_messages: Literal["404", "list"] = "404"
    empty_templates: Literal["list", "404"] = "list"
    time_separator: Literal["T", " "] = "T"
    answers_in_order: bool = True
    page_fields: Mapping[str, str] = field(
        default_factory=lambda: {n: n for n in ("nextToken", "pageSize", "itemCount", "hasMore")}
    )
    template_words: Mapping[str, str] = field(
        default_factory=lambda: {"READY": "READY", "ACTIVE": "ACTIVE", "STOP": "STOP"}
    )
    failover_flag_as: Literal["boolean", "text"] = "boolean"  # useSmsFailover of a channel.
    failover_from_channel: bool = True  # A failover without "from" takes the channel's number.
    button_name_length: int = 14  # Kakao's; the pages of SENS say 20.
    carrier_charset: Literal["cp949", "euc_kr"] = "cp949"
    blocks_unsubscribed: bool = True  # Whether SENS itself holds back advertising by text message.
    brand_targets: frozenset[str] = frozenset({"I"})  # M and N need Kakao's approval.

    def key(self, access: str) -> Key | None:
        """The key of this id."""
        return next((key for key in self.keys if key.access == access), None)
