from datetime import timedelta

from sqlalchemy import select

from growthcore.customers import service
from growthcore.customers.models import Customer, CustomerAttribute
from growthcore.customers.ports import CustomersPort
from growthcore.customers.service import Change, Profile
from growthcore.testing.values import START


def upsert(database, *profiles, now=START):
    with database.unit() as session:
        return service.upsert(session, profiles, now=now)


def changes(outcomes):
    return [outcome.change for outcome in outcomes]


def get(database, customer_id):
    with database.read() as session:
        return service.get(session, customer_id)


def test_a_new_profile_makes_a_customer_with_everything_told(database):
    profile = Profile(
        external_id="u1",
        email="Hong@Example.com",
        phone="010-1234-5678",
        name="홍길동",
        locale="ko",
        attributes={"grade": "VIP", "points": 120, "member": True, "gone": None},
    )
    [made] = upsert(database, profile)
    assert made.change is Change.CREATED
    customer = get(database, made.id)
    assert (customer.email, customer.phone) == ("hong@example.com", "+821012345678")
    assert customer.attributes == {"grade": "VIP", "points": 120, "member": True}
    assert CustomersPort(database).get([made.id, 99]) == {made.id: customer}


def test_telling_the_same_again_changes_nothing(database):
    profile = Profile(external_id="u1", email="a@b.kr", attributes={"points": 1})
    upsert(database, profile)
    assert changes(upsert(database, profile, now=START + timedelta(1))) == [Change.UNCHANGED]
    with database.read() as session:
        assert session.scalars(select(Customer.updated_at)).all() == [START]


def test_what_is_left_out_stays_and_none_removes(database):
    upsert(
        database, Profile(external_id="u1", email="a@b.kr", name="홍", attributes={"a": 1, "b": 2})
    )
    [outcome] = upsert(database, Profile(external_id="u1", name=None, attributes={"a": None}))
    customer = get(database, outcome.id)
    assert outcome.change is Change.UPDATED
    assert (customer.email, customer.name, customer.attributes) == ("a@b.kr", None, {"b": 2})


def test_an_attribute_may_change_its_kind(database):
    for value in (1, True, "1", 1.0):
        [outcome] = upsert(database, Profile(external_id="u1", attributes={"a": value}))
        found = get(database, outcome.id).attributes["a"]
        assert found == value
        assert isinstance(found, bool) is isinstance(value, bool)
    with database.read() as session:
        row = session.scalars(select(CustomerAttribute)).one()
    assert (row.text, row.number, row.flag) == (None, 1.0, None)


def test_a_batch_answers_item_by_item_in_order(database):
    upsert(database, Profile(external_id="old"))
    outcomes = upsert(
        database,
        Profile(external_id="old", name="홍"),
        Profile(external_id="new", email="no"),
        Profile(external_id="new"),
        Profile(external_id="new", name="김"),
        Profile(name="nobody"),
        Profile(external_id="old", name="홍"),
    )
    assert changes(outcomes) == [
        Change.UPDATED,
        Change.REJECTED,
        Change.CREATED,
        Change.UPDATED,
        Change.REJECTED,
        Change.UNCHANGED,
    ]
    assert list(outcomes[1].errors) == ["email"]
    assert outcomes[2].id == outcomes[3].id


def test_email_then_phone_find_whom_no_id_names(database):
    [made] = upsert(database, Profile(external_id="u1", email="a@b.kr", phone="010-1234-5678"))
    by_email, by_phone = upsert(
        database, Profile(email="A@B.kr", name="홍"), Profile(phone="01012345678", name="길")
    )
    assert by_email.id == by_phone.id == made.id
    assert get(database, made.id).name == "길"


def test_a_customer_known_by_an_address_gains_the_shops_id(database):
    [known] = upsert(database, Profile(email="a@b.kr"))
    [named] = upsert(database, Profile(external_id="u1", email="a@b.kr"))
    assert (named.id, named.change) == (known.id, Change.UPDATED)
    assert get(database, known.id).external_id == "u1"


def test_two_ids_with_one_address_are_two_customers(database):
    first, second = upsert(
        database,
        Profile(external_id="u1", email="family@b.kr"),
        Profile(external_id="u2", email="family@b.kr"),
    )
    assert first.id != second.id


def test_an_address_that_was_given_up_finds_nobody(database):
    [first] = upsert(database, Profile(external_id="u1", email="a@b.kr"))
    changed, found = upsert(
        database, Profile(external_id="u1", email="new@b.kr"), Profile(email="a@b.kr")
    )
    assert changed.id == first.id
    assert found.change is Change.CREATED


def test_more_than_a_hundred_attributes_in_all_are_refused(database):
    upsert(database, Profile(external_id="u1", attributes={f"a{n}": n for n in range(90)}))
    [outcome] = upsert(
        database, Profile(external_id="u1", name="홍", attributes={f"b{n}": n for n in range(20)})
    )
    assert outcome.change is Change.REJECTED
    assert list(outcome.errors) == ["attributes"]
    with database.read() as session:
        assert session.scalars(select(Customer.name)).all() == [None]


def test_a_large_batch_is_written_with_few_statements(database):
    profiles = [
        Profile(external_id=f"u{n}", email=f"u{n}@b.kr", attributes={"points": n, "grade": "A"})
        for n in range(2000)
    ]
    assert set(changes(upsert(database, *profiles))) == {Change.CREATED}
    assert set(changes(upsert(database, *profiles))) == {Change.UNCHANGED}


def test_customers_are_found_by_what_is_known_of_them(database):
    upsert(
        database,
        Profile(external_id="u1", email="hong@b.kr", name="홍길동"),
        Profile(external_id="u2", phone="010-1234-5678", name="김길수"),
        now=START,
    )
    upsert(database, Profile(external_id="u3", name="100%_x"), now=START + timedelta(1))

    def found(text="", **options):
        with database.read() as session:
            rows, total = service.search(session, text, **options)
        return [row.external_id for row in rows], total

    assert found("u2") == (["u2"], 1)
    assert found("HONG@b.kr") == (["u1"], 1)
    assert found("010 1234 5678") == (["u2"], 1)
    assert found("길") == (["u2", "u1"], 2)
    assert found("%") == (["u3"], 1)
    assert found("nobody") == ([], 0)
    assert found() == (["u3", "u2", "u1"], 3)
    assert found(page=2, size=2) == (["u1"], 3)


def test_a_merged_customer_is_read_as_who_was_kept_and_not_listed(database):
    kept, merged = upsert(database, Profile(external_id="k", name="홍"), Profile(external_id="m"))
    with database.unit() as session:
        session.get(Customer, merged.id).merged_into_id = kept.id
    assert get(database, merged.id).id == kept.id
    with database.read() as session:
        assert service.search(session)[1] == 1
    [outcome] = upsert(database, Profile(external_id="m", name="김"))
    assert outcome.id == kept.id
    assert get(database, kept.id).external_id == "k"


def test_an_unknown_customer_is_none(database):
    assert get(database, 99) is None
