"""What the DNS says of a sender's domain, and the exact record where something is missing.

Gmail and Yahoo take bulk mail only with SPF, DKIM and DMARC in place and the sender's address aligned
with them (https://support.google.com/a/answer/81126).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from growthcore.api import ConfigError, Diagnosis, DnsRecord, Health, Text
from growthcore_channel_email_smtp import spf_verdict
from growthcore_channel_email_smtp.dkim import Signer, tags_of
from growthcore_channel_email_smtp.lookups import Lookup, NoAnswer
from growthcore_channel_email_smtp.senders import aligned

_FREE_MAIL = frozenset(
    {
        *("naver.com", "hanmail.net", "daum.net", "kakao.com", "nate.com", "dreamwiz.com"),
        *("gmail.com", "googlemail.com", "outlook.com", "outlook.kr", "hotmail.com", "live.com"),
        *("msn.com", "yahoo.com", "yahoo.co.kr", "yahoo.co.jp", "icloud.com", "me.com", "aol.com"),
        *("gmx.com", "gmx.net", "proton.me", "protonmail.com", "qq.com", "163.com", "126.com"),
    }
)
_DKIM, _DMARC, _MX = Text("DKIM", "DKIM"), Text("DMARC", "DMARC"), Text("수신(MX)", "MX")


def is_free_mail(domain: str) -> bool:
    """Whether a domain belongs to a mail service for everybody, whose DNS no shop can change."""
    return domain.lower() in _FREE_MAIL


def diagnoses(domain: str, relay: str, signer: Signer | None, lookup: Lookup) -> list[Diagnosis]:
    """SPF, DKIM, DMARC and MX of a domain that mails are sent from by ``relay``."""
    if is_free_mail(domain):
        return [_free_mail(domain)]
    looks: list[tuple[Text, Callable[[], Diagnosis]]] = [
        (spf_verdict.TITLE, lambda: spf_verdict.verdict(domain, relay, lookup)),
        (_DKIM, lambda: _dkim(domain, signer, lookup)),
        (_DMARC, lambda: _dmarc(domain, signer, lookup)),
        (_MX, lambda: _mx(domain, lookup)),
    ]
    return [_look(domain, title, look) for title, look in looks]


def of_return_path(domain: str, relay: str, lookup: Lookup) -> list[Diagnosis]:
    """SPF, which is looked for there (RFC 7208 §2.4), and MX of a domain that bounces go to."""
    looks: list[tuple[Text, Callable[[], Diagnosis]]] = [
        (spf_verdict.TITLE, lambda: spf_verdict.verdict(domain, relay, lookup)),
        (_MX, lambda: _mx(domain, lookup)),
    ]
    return [_look(domain, title, look) for title, look in looks]


def require_published(signer: Signer, lookup: Lookup) -> None:
    """Raise :class:`ConfigError` when the DNS publishes another key than the one that signs.

    That no key is published, or the DNS can't be asked, keeps nobody from sending.
    """
    try:
        published = lookup.records(signer.record_name, "TXT")
    except NoAnswer:
        return
    if published and not any(map(signer.matches, published)):
        raise ConfigError(
            f"The DKIM key does not fit what {signer.record_name} publishes, so that every "
            "signature would be wrong. Publish the record that the domain check shows, or enter "
            "the key that belongs to it."
        )


def _look(domain: str, title: Text, look: Callable[[], Diagnosis]) -> Diagnosis:
    try:
        return look()
    except NoAnswer:
        detail = Text(
            "지금 DNS에서 확인할 수 없습니다. 잠시 후 다시 확인하십시오.",
            "The DNS gives no answer now. Check again later.",
        )
        return Diagnosis(subject=domain, state=Health.UNKNOWN, title=title, detail=detail)


def _free_mail(domain: str) -> Diagnosis:
    return Diagnosis(
        subject=domain,
        state=Health.WARNING,
        title=Text("발신 도메인", "Sender's domain"),
        detail=Text(
            f"{domain}은(는) 공용 메일 서비스의 도메인이라 쇼핑몰이 인증할 수 없습니다. 다른 서버에서 "
            "보낸 메일은 거부되거나 스팸으로 분류됩니다. 쇼핑몰 도메인의 주소를 사용하십시오.",
            f"{domain} belongs to a mail service for everybody: a shop can't authenticate it, and "
            "mails sent by other servers are refused or taken for spam. Use an address at the "
            "shop's own domain.",
        ),
    )


def _dkim(domain: str, signer: Signer | None, lookup: Lookup) -> Diagnosis:
    if signer is None or not aligned(domain, signer.domain):
        return _dkim_of_relay(domain)
    published = lookup.records(signer.record_name, "TXT")
    record = DnsRecord(signer.record_name, "TXT", signer.record)
    if not published:
        state = Health.MISSING
        detail = Text(
            "공개 키가 DNS에 없어 서명을 확인할 수 없습니다. 아래 레코드를 추가하십시오.",
            "The public key is not in the DNS, so that nobody can check the signatures. Add the "
            "record below.",
        )
    elif not any(map(signer.matches, published)):
        state = Health.WARNING
        detail = Text(
            "DNS의 공개 키가 계정의 개인 키와 맞지 않아 모든 서명이 거부됩니다. 아래 레코드로 바꾸십시오.",
            "The key in the DNS does not fit the account's, so that every signature fails. Replace "
            "it with the record below.",
        )
    else:
        return _fine(domain, _DKIM, "서명 키가 DNS와 일치합니다.", "The key fits the DNS.")
    return Diagnosis(subject=domain, state=state, title=_DKIM, detail=detail, record=record)


def _dkim_of_relay(domain: str) -> Diagnosis:
    return Diagnosis(
        subject=domain,
        state=Health.UNKNOWN,
        title=_DKIM,
        detail=Text(
            "이 계정은 서명하지 않습니다. 메일 서버가 이 도메인으로 서명하는지 제공업체에서 확인하거나, "
            "계정에 DKIM 키를 입력하십시오.",
            "This account does not sign. See at the mail provider whether it signs for this domain, "
            "or enter a DKIM key in the account.",
        ),
    )


def _dmarc(domain: str, signer: Signer | None, lookup: Lookup) -> Diagnosis:
    found = next(_policies(domain, lookup), None)
    record = DnsRecord(f"_dmarc.{domain}", "TXT", "v=DMARC1; p=none")
    if found is None:
        detail = Text(
            "정책이 없습니다. 대량 메일에는 최소한 p=none이 필요합니다. 아래 레코드를 추가하십시오.",
            "There is no policy; bulk mail needs at least p=none. Add the record below.",
        )
        return Diagnosis(
            subject=domain, state=Health.MISSING, title=_DMARC, detail=detail, record=record
        )
    place, tags = found
    policy = (tags.get("p", "") if place == domain else tags.get("sp", tags.get("p", ""))).lower()
    if policy not in ("none", "quarantine", "reject"):
        detail = Text(
            f"{place}의 레코드에 올바른 정책(p=)이 없습니다. 아래와 같이 고치십시오.",
            f"The record of {place} has no valid policy (p=). Make it like the one below.",
        )
        return Diagnosis(
            subject=domain, state=Health.WARNING, title=_DMARC, detail=detail, record=record
        )
    if signer and tags.get("adkim", "r").lower() == "s" and signer.domain.lower() != domain:
        detail = Text(
            f"정책이 엄격한 일치(adkim=s)를 요구하지만 {signer.domain}(으)로 서명합니다. "
            f"DKIM 도메인을 {domain}(으)로 바꾸거나 adkim=r로 고치십시오.",
            f"The policy wants exactly the same domain (adkim=s), but {signer.domain} signs. Sign "
            f"with {domain}, or make it adkim=r.",
        )
        return Diagnosis(subject=domain, state=Health.WARNING, title=_DMARC, detail=detail)
    return _fine(
        domain,
        _DMARC,
        f"{place}에 p={policy} 정책이 있습니다.",
        f"{place} has the policy p={policy}.",
    )


def _policies(domain: str, lookup: Lookup) -> Iterator[tuple[str, dict[str, str]]]:
    """The policies that hold for a domain, its own before those of what it lies in."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        place = ".".join(labels[start:])
        for text in lookup.records(f"_dmarc.{place}", "TXT"):
            tags = tags_of(text)
            if tags.get("v", "").upper() == "DMARC1":
                yield place, tags


def _mx(domain: str, lookup: Lookup) -> Diagnosis:
    hosts = lookup.records(domain, "MX")
    if any(hosts):
        return _fine(
            domain,
            _MX,
            f"회신과 반송 메일을 {hosts[0]}에서 받습니다.",
            f"{hosts[0]} takes replies and bounces.",
        )
    refuses = bool(hosts)  # A null MX (RFC 7505): the domain says that it takes no mail.
    return Diagnosis(
        subject=domain,
        state=Health.WARNING if refuses else Health.MISSING,
        title=_MX,
        detail=Text(
            "이 도메인은 메일을 받지 않아 회신과 반송 메일이 돌아오지 않습니다. "
            "메일을 받는 서버를 MX 레코드로 등록하십시오.",
            "This domain takes no mail, so that replies and bounces are lost. Enter the server "
            "that takes its mail as MX record.",
        ),
    )


def _fine(domain: str, title: Text, ko: str, en: str) -> Diagnosis:
    return Diagnosis(subject=domain, state=Health.OK, title=title, detail=Text(ko, en))
