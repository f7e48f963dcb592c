"""Customers in the admin: who sees what, what is changed by hand, and that data stays data."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from growthcore.api.values import AddressKind
from growthcore.campaigns import enrolment, sending, service
from growthcore.customers import consent, merging, suppression
from growthcore.customers.models import Customer
from growthcore.messaging import engagement
from growthcore.messaging.models import Message
from growthcore.operators import history
from growthcore.testing.factories import make_customer, make_event, make_product

URL = "/admin/customers/"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def kim(core):
    """A customer with everything: addresses, attributes, an order and a cart."""
    with core.db.unit() as session:
        make_product(session, "P1", name="울 코트", price=129_000)
        found = make_customer(
            session, "kim", name="김하늘", email="haneul@example.com", phone="010-1234-5678",
            consents=["email"], attributes={"grade": "VIP", "points": 1200},
        )  # fmt: skip
        make_event(session, "view_item", customer=found, items=["P1"], at=core.clock.now())
        make_event(
            session, "purchase", customer=found, items=[("P1", 119_000)], order="A-1",
            value=119_000, at=core.clock.now(),
        )  # fmt: skip
        make_event(
            session, "add_to_cart", customer=found, items=["P1"],
            at=core.clock.now() + timedelta(minutes=1),
        )  # fmt: skip
    return found.id


def actions(core):
    with core.db.read() as session:
        return [entry.action for entry in history.find(session).items]


def rows(core, customer_id):
    with core.db.read() as session:
        return suppression.of_customer(session, session.get_one(Customer, customer_id))


def test_a_shop_without_customers_says_what_to_do(admin, admin_as):
    assert "아직 고객이 없습니다." in admin.get(URL).text
    assert "/settings/integration" not in admin_as("viewer").get(URL).text


@pytest.mark.parametrize(
    "typed", ["하늘", "김 하늘", "haneul@", "010-1234-5678", "5678", "kim", "HANEUL@example.com"]
)
def test_a_manager_finds_a_customer_by_a_part(admin, kim, typed):
    assert f"{URL}{kim}" in admin.get(URL, query_string={"q": typed}).text


@pytest.mark.parametrize("typed", ["하늘", "haneul@", "5678"])
def test_an_editor_finds_no_masked_customer_by_a_part(admin_as, kim, typed):
    page = admin_as("editor").get(URL, query_string={"q": typed}).text
    assert "조건에 맞는 고객이 없습니다." in page


def test_an_editor_finds_a_customer_by_the_whole_name(admin_as, kim):
    assert f"{URL}{kim}" in admin_as("editor").get(URL, query_string={"q": "김하늘"}).text


@pytest.mark.parametrize("role", ["viewer", "editor"])
@pytest.mark.parametrize("page", ["", "{}", "{}/orders", "{}/consents", "{}/details"])
def test_names_addresses_and_texts_are_masked(admin_as, kim, role, page):
    text = admin_as(role).get(URL + page.format(kim)).text
    assert "김*늘" in text
    for secret in ("김하늘", "haneul", "1234-5678", "VIP"):
        assert secret not in text


def test_a_manager_sees_them_plain(admin_as, kim):
    text = admin_as("manager").get(f"{URL}{kim}/details").text
    for shown in ("김하늘", "haneul@example.com", "010-1234-5678", "VIP", "1,200"):
        assert shown in text


def test_customers_are_narrowed_by_how_they_are_reached(core, admin, kim):
    with core.db.unit() as session:
        lee = make_customer(session, "lee", consents=["email"])
        no = make_customer(session, "no", email=None)
        suppression.add(
            session, AddressKind.EMAIL, "lee@example.com", reason="bounced", source="test",
            actor="test", at=core.clock.now(),
        )  # fmt: skip

    def shown(reach):
        page = admin.get(URL, query_string={"reach": reach}).text
        return {each for each in (kim, lee.id, no.id) if f'{URL}{each}"' in page}

    assert shown("email") == {kim}
    assert shown("suppressed") == {lee.id}
    assert shown("none") == {no.id}
    assert shown("anything") == {kim, lee.id, no.id}


def test_the_timeline_tells_events_in_words_with_their_items(admin, kim):
    text = admin.get(f"{URL}{kim}").text
    for word in ("상품 조회", "장바구니 담기", "주문 완료", "울 코트", "119,000원", "주문 A-1"):
        assert word in text
    assert text.index("장바구니 담기") < text.index("상품 조회")


@pytest.fixture
def written_to(core, kim, tmp_path):
    """A message that went to the customer and was opened; returns its campaign and itself."""
    account = {"path": str(tmp_path / "out.jsonl")}
    with core.db.unit() as session:
        account_id = core.accounts.create(
            session, provider="file", label="파일", values=account, actor="test"
        ).id
    with core.db.unit() as session:
        definition = {
            "message_class": "informational",
            "account_id": account_id,
            "content": {"subject": "안녕하세요", "body": "#{NAME}님"},
            "audience": {"condition": "customer_attribute", "params": {"attribute": "grade", "value": "VIP"}},
            "delivery": {"kind": "once"},
        }  # fmt: skip
        campaign = service.create(core, session, f"봄 {EVIL}", definition, actor="test").id
        service.launch(core, session, campaign, actor="test")
    while enrolment.enrol_audience(core, campaign):
        pass
    sending.send_due(core, campaign)
    with core.db.unit() as session:
        message = session.scalars(select(Message)).one()
        seen = engagement.Evidence(at=core.clock.now(), user_agent="Mozilla/5.0 (Windows NT 10.0)")
        engagement.record(session, message.id, "open", seen)
    return campaign, message.id


def test_messages_lead_to_their_campaign_to_why_and_to_what_was_sent(admin, kim, written_to):
    campaign, message = written_to
    text = admin.get(f"{URL}{kim}?kind=messages").text
    assert "발송 성공" in text
    assert "메시지 열람" in text
    assert "상품 조회" not in text
    assert EVIL not in text
    for link in (f"{campaign}", f"{campaign}/why?id={kim}", f"messages/{message}"):
        assert f'href="/admin/campaigns/{link}"' in text
        assert admin.get(f"/admin/campaigns/{link}").status_code == 200


def test_what_was_sent_is_for_managers(admin_as, kim, written_to):
    campaign, message = written_to
    text = admin_as("editor").get(f"{URL}{kim}").text
    assert f"/admin/campaigns/{campaign}/why" in text
    assert f"messages/{message}" not in text


def test_older_events_are_on_the_next_page(core, admin, kim):
    with core.db.unit() as session:
        for number in range(60):
            at = core.clock.now() - timedelta(minutes=number)
            make_event(session, f"visit_{number}", customer="kim", at=at)
    first = admin.get(f"{URL}{kim}").text
    assert "visit_59" not in first
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "visit_59" in admin.get(following).text
    assert "visit_0<" not in admin.get(following).text


@pytest.mark.parametrize("query", ["before=x", "before=1-9-1", "kind=nothing"])
def test_a_query_that_means_nothing_is_no_harm(admin, kim, query):
    assert "상품 조회" in admin.get(f"{URL}{kim}?{query}").text


def test_carts_and_orders_have_their_lines(admin, kim):
    text = admin.get(f"{URL}{kim}/orders").text
    assert "A-1" in text
    assert text.count("울 코트") == 2


def test_injected_markup_stays_text(core, admin):
    with core.db.unit() as session:
        found = make_customer(
            session, f"x{EVIL}", name=EVIL, email="x@example.com", attributes={"note": EVIL}
        )
        make_product(session, "P2", name=EVIL)
        make_event(
            session, "search", customer=found, items=["P2"], properties={"search_term": EVIL},
            at=core.clock.now(),
        )  # fmt: skip
        consent.record(
            session, found.id, channel="email", purpose="night", granted=True,
            at=core.clock.now(), source=EVIL,
        )  # fmt: skip
    for page in ("", f"{found.id}", f"{found.id}/orders", f"{found.id}/consents"):
        assert EVIL not in admin.get(URL + page).text
    text = admin.get(f"{URL}{found.id}/details").text
    assert EVIL not in text
    assert "&lt;script&gt;" in text


def test_a_change_of_consent_is_recorded_with_its_source(core, admin, kim):
    told = {"medium": "email", "purpose": "advertising", "granted": "no", "source": "고객센터 전화"}
    told |= {"wording": "2026-03 양식"}
    answer = admin.post(f"{URL}{kim}/consents", data=told)
    assert answer.status_code == 303
    with core.db.read() as session:
        assert consent.of(session, kim) == {("email", "advertising"): False}
    page = admin.get(f"{URL}{kim}/consents").text
    assert "직접 등록: 고객센터 전화" in page
    assert "문구 2026-03 양식" in page
    assert "consent.changed" in actions(core)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"source": " "}, "source"),
        ({"source": "가" * 81}, "source"),
        ({"medium": "pigeon"}, "medium"),
        ({"granted": ""}, "granted"),
        ({"purpose": "spam"}, "purpose"),
    ],
)
def test_a_consent_that_does_not_fit_is_refused_where_it_was_typed(core, admin, kim, change, path):
    told = {"medium": "email", "purpose": "night", "granted": "yes", "source": "매장 신청서"}
    answer = admin.post(f"{URL}{kim}/consents", data=told | change)
    assert answer.status_code == 422
    assert f'id="e-{path}"' in answer.text
    with core.db.read() as session:
        assert ("email", "night") not in consent.of(session, kim)


def test_an_address_is_suppressed_and_released_with_reasons(core, admin, kim):
    page = f"{URL}{kim}/suppressions"
    assert admin.post(page, data={"kind": "email", "reason": "고객 요청"}).status_code == 303
    (row,) = rows(core, kim)
    assert row.reason == "entered"
    admin.post(f"{page}/{row.id}/release", data={"reason": ""})
    assert rows(core, kim)
    admin.post(f"{page}/{row.id}/release", data={"reason": "고객이 다시 요청"})
    assert not rows(core, kim)
    assert {"suppression.added", "suppression.removed"} <= set(actions(core))


def test_another_customers_address_is_not_released(core, admin, kim):
    with core.db.unit() as session:
        other = make_customer(session, "lee").id
    admin.post(f"{URL}{other}/suppressions", data={"kind": "email", "reason": "요청"})
    (row,) = rows(core, other)
    admin.post(f"{URL}{kim}/suppressions/{row.id}/release", data={"reason": "실수"})
    assert rows(core, other)


def test_what_is_held_is_exported_and_that_is_audited(core, admin, kim):
    answer = admin.post(f"{URL}{kim}/export")
    assert json.loads(answer.data)["customer"]["email"] == "haneul@example.com"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "customer.exported" in actions(core)


def test_a_customer_is_erased_only_when_that_was_typed(core, admin, kim):
    admin.post(f"{URL}{kim}/erase", data={"typed": "lee"})
    assert "김하늘" in admin.get(f"{URL}{kim}").text
    admin.post(f"{URL}{kim}/erase", data={"typed": "kim"})
    text = admin.get(f"{URL}{kim}").text
    assert "고객 정보가 삭제되었습니다" in text
    assert "김하늘" not in text
    assert "상품 조회" in text
    assert "customer.erased" in actions(core)


@pytest.mark.parametrize("page", ["", "/orders", "/consents", "/details"])
def test_pages_of_an_erased_customer_offer_no_change(core, admin, kim, page):
    admin.post(f"{URL}{kim}/erase", data={"typed": "kim"})
    text = admin.get(f"{URL}{kim}{page}").text
    assert "삭제됨" in text
    assert f'action="{URL}{kim}/consents"' not in text
    assert f'action="{URL}{kim}/erase"' not in text


def test_a_merged_customer_leads_to_who_was_kept(core, admin, kim):
    with core.db.unit() as session:
        other = make_customer(session, "lee").id
        merging.merge(
            core, session, kim, other, actor="test", now=core.clock.now(), listeners=core.listeners
        )
    answer = admin.get(f"{URL}{other}/details")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{URL}{kim}/details")


def test_an_unknown_customer_is_not_found(admin):
    assert admin.get(f"{URL}999").status_code == 404
    assert admin.post(f"{URL}999/export").status_code == 404
    assert admin.post(f"{URL}999/consents", data={}).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "editor"])
@pytest.mark.parametrize(
    "path", ["consents", "suppressions", "suppressions/1/release", "export", "erase"]
)
def test_changes_are_for_managers(admin_as, kim, role, path):
    client = admin_as(role)
    assert client.post(f"{URL}{kim}/{path}", data={"typed": "kim"}).status_code == 403
    assert f"{kim}/{path}" not in client.get(f"{URL}{kim}/details").text.replace(
        f'href="{URL}{kim}/consents"', ""
    )


@pytest.mark.parametrize(
    "page", ["", "{}", "{}/orders", "{}/consents", "{}/details", "{}/segments"]
)
def test_readers_of_english_get_english(core, admin_as, page):
    with core.db.unit() as session:
        found = make_customer(session, "kim", name="Kim Ha-neul", consents=["email"])
        make_event(session, "purchase", customer=found, order="A-1", value=1000)
    text = admin_as("manager", locale="en").get(URL + page.format(found.id)).text
    main = text.split("<main")[1].split("</main>")[0]
    # Prices are in the shop's currency, as people there write them.
    assert not re.findall(r"[가-힣]+", main.replace("1,000원", ""))
