"""What the DNS says of a sender's domain."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from growthcore.api import ConfigError, Health
from growthcore_channel_email_smtp.dkim import Signer
from growthcore_channel_email_smtp.domain import diagnoses, require_published
from growthcore_channel_email_smtp.lookups import NoAnswer
from growthcore_channel_email_smtp.spf import Evaluation, Invalid

OK, WARNING, MISSING, UNKNOWN = Health
SIGNER = Signer("shop.example", "gc1", Ed25519PrivateKey.generate())
KEY = ("gc1._domainkey.shop.example", "TXT")
GOOD = {
    ("shop.example", "TXT"): ["site-verification=1", "v=spf1 a:relay.example -all"],
    ("shop.example", "MX"): ["mx.shop.example"],
    ("relay.example", "A"): ["8.8.4.4"],
    ("_dmarc.shop.example", "TXT"): ["v=DMARC1; p=none"],
    KEY: [SIGNER.record],
}


class Zone(dict):
    """A :class:`Lookup`; ``BROKEN`` as an answer is none."""

    def records(self, name, kind):
        found = self.get((name, kind), [])
        if found is BROKEN:
            raise NoAnswer
        return found


BROKEN = object()


def states(changes, *, domain="shop.example", relay="relay.example", signer=SIGNER):
    found = diagnoses(domain, relay, signer, Zone({**GOOD, **changes}))
    return {each.title.en: each for each in found}


def spf(*records, relay="relay.example"):
    return states({("shop.example", "TXT"): list(records)}, relay=relay)["SPF"]


def test_a_domain_in_order_has_nothing_to_mend():
    found = states({})
    assert {name: each.state for name, each in found.items()} == dict.fromkeys(
        ("SPF", "DKIM", "DMARC", "MX"), OK
    )
    assert not any(each.record for each in found.values())


def test_an_empty_zone_gets_every_record_to_add():
    found = {
        each.title.en: each for each in diagnoses("shop.example", "relay.example", SIGNER, Zone())
    }
    assert {each.state for each in found.values()} == {MISSING}
    assert found["SPF"].record == ("shop.example", "TXT", "v=spf1 mx a ~all")
    assert found["DKIM"].record == (KEY[0], "TXT", SIGNER.record)
    assert found["DMARC"].record == ("_dmarc.shop.example", "TXT", "v=DMARC1; p=none")


def test_a_dns_that_does_not_answer_is_no_verdict():
    changes = dict.fromkeys(GOOD, BROKEN)
    assert {each.state for each in states(changes).values()} == {UNKNOWN}


def test_a_free_mail_address_is_warned_of_and_nothing_is_asked():
    (found,) = diagnoses("naver.com", "relay.example", None, None)
    assert found.state is WARNING


@pytest.mark.parametrize(
    ("record", "state", "proposed"),
    [
        ("v=spf1 ip4:8.8.4.0/24 ~all", OK, None),
        ("v=spf1 mx ~all", WARNING, "v=spf1 mx ip4:8.8.4.4 ~all"),
        ("v=spf1 redirect=elsewhere.example", WARNING, "v=spf1 redirect=elsewhere.example ip4:8.8.4.4"),
        ("v=spf1 +all", WARNING, None),
        ("v=spf1 nonsense -all", WARNING, None),
        ("v=spf1 include:nothing.example -all", WARNING, None),
    ],
)  # fmt: skip
def test_spf_must_let_the_relay_send(record, state, proposed):
    elsewhere = {("elsewhere.example", "TXT"): ["v=spf1 -all"]}
    found = states({("shop.example", "TXT"): [record], **elsewhere})["SPF"]
    assert (found.state, found.record and found.record.value) == (state, proposed)


def test_two_spf_records_are_none():
    assert spf("v=spf1 -all", "v=spf1 ~all").state is WARNING


def test_a_provider_is_recognised_by_what_it_wants_included():
    relay = "email-smtp.ap-northeast-2.amazonaws.com"
    amazon = {("amazonses.com", "TXT"): ["v=spf1 ip4:199.255.192.0/22 -all"]}
    without = states({("shop.example", "TXT"): ["v=spf1 -all"], **amazon}, relay=relay)["SPF"]
    assert without.record.value == "v=spf1 include:amazonses.com -all"
    included = ["v=spf1 include:team.example -all"]
    team = {("team.example", "TXT"): ["v=spf1 include:amazonses.com ~all"]}
    found = states({("shop.example", "TXT"): included, **team, **amazon}, relay=relay)
    assert found["SPF"].state is OK


def test_where_a_relay_inside_the_network_sends_from_is_not_guessed():
    assert spf("v=spf1 ip4:8.8.8.8 -all", relay="10.0.0.25").state is UNKNOWN


@pytest.mark.parametrize(
    ("published", "state"),
    [
        ([], MISSING),
        (["v=DKIM1; p="], WARNING),
        ([Signer("x", "y", Ed25519PrivateKey.generate()).record], WARNING),
        ([SIGNER.record], OK),
    ],
)
def test_the_published_key_must_be_the_one_that_signs(published, state):
    assert states({KEY: published})["DKIM"].state is state
    zone = Zone({KEY: published})
    if state is WARNING:
        with pytest.raises(ConfigError, match="does not fit"):
            require_published(SIGNER, zone)
    else:
        require_published(SIGNER, zone)


def test_without_a_key_the_relay_has_to_sign():
    assert states({}, signer=None)["DKIM"].state is UNKNOWN


@pytest.mark.parametrize(
    ("place", "record", "state"),
    [
        ("_dmarc.shop.example", "v=DMARC1; p=reject; adkim=s", WARNING),
        ("_dmarc.shop.example", "v=DMARC1; p=reject; sp=quarantine", OK),
        ("_dmarc.mail.shop.example", "v=DMARC1; rua=mailto:a@shop.example", WARNING),
        ("_dmarc.mail.shop.example", "other=1", OK),
    ],
)
def test_dmarc_of_a_subdomain_is_its_own_or_that_of_what_it_lies_in(place, record, state):
    found = states({(place, "TXT"): [record]}, domain="mail.shop.example")
    assert found["DMARC"].state is state


def test_a_domain_that_takes_no_mail_loses_its_bounces():
    assert states({("shop.example", "MX"): [""]})["MX"].state is WARNING


def test_a_record_that_asks_without_end_is_given_up():
    zone = Zone({("a.example", "TXT"): ["v=spf1 include:a.example -all"]})
    with pytest.raises(Invalid):
        Evaluation(zone).result("a.example", None)
