from datetime import timedelta

import pytest

from growthcore.testing.sources import pull_all
from growthcore.testing.values import START


def consents(importer, member_id):
    row = importer.customers_by_id[member_id]
    return {each["channel"]: each for each in row["consents"]}


@pytest.mark.parametrize("page", [5, 12, 1000])
def test_everybody_is_found_though_twelve_joined_in_one_second(make, importer, sandbox, page):
    pull_all(make(page=page), "customers", importer)
    assert importer.customers_by_id.keys() == sandbox.mall.members.keys()
    joined = {who["created_date"] for who in list(sandbox.mall.members.values())[:12]}
    assert len(joined) == 1


@pytest.mark.parametrize("inclusive", [True, False])
def test_nobody_is_counted_twice_whether_or_not_a_walk_includes_its_first_second(
    make, importer, sandbox, monkeypatch, inclusive
):
    monkeypatch.setitem(vars(sandbox.settings), "created_start_inclusive", inclusive)
    source = make(page=5)
    pages = [source.pull("customers", None, importer)]
    while not pages[-1].done:
        pages.append(source.pull("customers", pages[-1].cursor, importer))
    assert sum(page.count for page in pages) == pages[0].total == len(sandbox.mall.members)


def test_a_later_pull_asks_only_for_who_joined_since(make, importer, sandbox, clock, connection):
    source = make()
    cursor = pull_all(source, "customers", importer)
    clock.at += timedelta(hours=1)
    sandbox.shop.join(member_id="newcomer", sms="T")
    connection.asked.clear()
    pulled = source.pull("customers", cursor, importer)
    assert (pulled.count, pulled.done) == (1, True)
    assert "newcomer" in importer.customers_by_id


def test_a_member_is_told_with_group_addresses_and_what_is_known(make, importer, sandbox):
    sandbox.shop.join(
        member_id="haneul",
        name="김하늘",
        cellphone="010-1234-5678",
        group_no=4,
        available_points="1500.00",
        birthday="1990-05-01",
        gender="F",
    )
    pull_all(make(), "customers", importer)
    row = importer.customers_by_id["haneul"]
    assert (row["name"], row["phone"], row["email"]) == (
        "김하늘",
        "010-1234-5678",
        "haneul@example.com",
    )
    told = row["attributes"]
    assert (told["group"], told["points"], told["birthday"]) == ("VIP", 1500, "1990-05-01")
    assert told["under_14"] is False


def test_consent_is_first_of_an_unknown_day_since_the_member_joined(make, importer, sandbox):
    sandbox.shop.join(member_id="haneul", sms="T", news_mail="F")
    joined = sandbox.mall.members["haneul"]["created_date"]
    pull_all(make(), "customers", importer)
    told = consents(importer, "haneul")
    assert (told["sms"]["granted"], told["email"]["granted"]) == (True, False)
    assert told["sms"]["at"].isoformat() == joined
    assert told["sms"]["dated"] is False
    assert "unknown" in told["sms"]["evidence"]["date"]


def test_nobody_under_14_consents_whatever_the_flags_say(make, importer, sandbox):
    sandbox.shop.join(member_id="child", sms="T", news_mail="T", member_authentication="J")
    pull_all(make(), "customers", importer)
    assert [each["granted"] for each in consents(importer, "child").values()] == [False, False]
    assert importer.customers_by_id["child"]["attributes"]["under_14"] is True


def test_a_change_of_consent_is_of_when_it_was_noticed_and_what_stays_is_not_said_again(
    make, importer, sandbox, clock
):
    sandbox.shop.join(member_id="haneul", sms="T", news_mail="T")
    pull_all(make(), "customers", importer)
    clock.at += timedelta(days=3)
    sandbox.shop.change_member("haneul", sms="F")
    pull_all(make(), "customers", importer)
    (told,) = importer.customers_by_id["haneul"]["consents"]
    assert (told["channel"], told["granted"], told["dated"]) == ("sms", False, True)
    assert told["at"] == START + timedelta(days=3)


def test_what_cafe24_masks_is_left_as_it_was(make, importer, sandbox, monkeypatch):
    monkeypatch.setitem(vars(sandbox.settings), "mask_privacy", True)
    sandbox.shop.join(member_id="haneul", name="김하늘", cellphone="010-1234-5678")
    pull_all(make(), "customers", importer)
    assert not {"name", "email", "phone"} & importer.customers_by_id["haneul"].keys()
