"""Whether a domain's SPF record lets the relay send, and the record that would."""

from __future__ import annotations

from growthcore.api import Diagnosis, DnsRecord, Health, Text
from growthcore_channel_email_smtp import spf
from growthcore_channel_email_smtp.lookups import Lookup
from growthcore_channel_email_smtp.relays import Relay, relay_at

TITLE = Text("SPF", "SPF")
_ANYBODY = "+all"


def verdict(domain: str, relay_host: str, lookup: Lookup) -> Diagnosis:
    """How the domain's SPF stands. Raises :class:`growthcore_channel_email_smtp.lookups.NoAnswer`."""
    found = spf.records(domain, lookup)
    relay = relay_at(relay_host, lookup)
    if not found:
        return _missing(domain, relay)
    if len(found) > 1:
        return _said(
            domain,
            Health.WARNING,
            f"SPF 레코드가 {len(found)}개라 모두 무시됩니다. 하나로 합치십시오.",
            f"There are {len(found)} SPF records, so that all are ignored. Make them one.",
        )
    if {"all", _ANYBODY} & set(found[0].lower().split()):
        return _said(
            domain,
            Health.WARNING,
            "+all은 누구나 이 도메인으로 보낼 수 있게 합니다. ~all 또는 -all로 바꾸십시오.",
            "+all lets everybody send for this domain. Make it ~all or -all.",
        )
    try:
        return _of_record(domain, found[0], relay, lookup)
    except spf.Invalid as error:
        return _said(
            domain,
            Health.WARNING,
            f"‘{error}’ 때문에 레코드 전체가 무시됩니다. 값이 올바른지, include 등으로 조회하는 이름이 "
            f"{spf.MOST_LOOKUPS}개를 넘지 않는지 확인하십시오.",
            f"The whole record is ignored because of {error}. See that it is right, and that no more "
            f"than {spf.MOST_LOOKUPS} names are looked up, by include and the like.",
        )


def _of_record(domain: str, record: str, relay: Relay, lookup: Lookup) -> Diagnosis:
    everything = spf.Evaluation(lookup)
    everything.result(domain, None)
    passing = [
        each for each in relay.addresses if spf.Evaluation(lookup).result(domain, each) == "pass"
    ]
    if relay.include in everything.included or (passing and len(passing) == len(relay.addresses)):
        return _said(
            domain,
            Health.OK,
            f"{relay.host}에서 보내는 것을 허용합니다.",
            f"The record lets {relay.host} send.",
        )
    if not relay.mechanisms:
        return _said(
            domain,
            Health.UNKNOWN,
            f"레코드는 있지만 {relay.host}이(가) 어떤 주소로 보내는지 알 수 없습니다. "
            "제공업체의 안내에 있는 include 또는 ip4가 들어 있는지 확인하십시오.",
            f"There is a record, but from which address {relay.host} sends can't be told. See that "
            "it has the include or ip4 that the provider names.",
        )
    return Diagnosis(
        subject=domain,
        state=Health.WARNING,
        title=TITLE,
        detail=Text(
            f"레코드에 {relay.host}이(가) 없습니다. 이 서버가 받는 쪽으로 직접 보낸다면 아래와 같이 "
            "고치십시오.",
            f"The record does not name {relay.host}. If it is this server that delivers, make it "
            "like the one below.",
        ),
        record=DnsRecord(domain, "TXT", _widened(record, relay.mechanisms)),
    )


def _missing(domain: str, relay: Relay) -> Diagnosis:
    return Diagnosis(
        subject=domain,
        state=Health.MISSING,
        title=TITLE,
        detail=Text(
            "레코드가 없어 누가 이 도메인으로 보낼 수 있는지 알 수 없습니다. 아래 레코드를 추가하십시오. "
            "다른 서버에서도 보낸다면 함께 적으십시오.",
            "Without a record nobody knows who may send for this domain. Add the one below, and "
            "whatever other servers send, too.",
        ),
        record=DnsRecord(domain, "TXT", f"v=spf1 {relay.mechanisms or 'mx a'} ~all"),
    )


def _widened(record: str, mechanisms: str) -> str:
    """The record with more in it, before what ends it."""
    terms = record.split()
    last = next(
        (n for n, term in enumerate(terms) if term.lower().lstrip("-~?+") == "all"), len(terms)
    )
    return " ".join([*terms[:last], *mechanisms.split(), *terms[last:]])


def _said(domain: str, state: Health, ko: str, en: str) -> Diagnosis:
    return Diagnosis(subject=domain, state=state, title=TITLE, detail=Text(ko, en))
