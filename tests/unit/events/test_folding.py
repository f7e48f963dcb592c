from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from growthcore.events.folding import CART_EVENTS, IDLE, CartEvent, Piece, fold

START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = START + timedelta(days=1)


def event(name, minute, *pieces, key=None, id=None):
    id = minute if id is None else id
    return CartEvent(
        id=id,
        name=name,
        at=START + timedelta(minutes=minute),
        tie=("test", f"{id:05d}"),
        key=key,
        pieces=[
            Piece(*piece) if isinstance(piece, tuple) else Piece(piece, 1, 1000) for piece in pieces
        ],
    )


def quantities(cart):
    return {product: line.quantity for product, line in cart.lines.items()}


def test_adding_counts_pieces_and_keeps_the_last_price():
    [cart] = fold(
        [event("add_to_cart", 1, (7, 2, 1000)), event("add_to_cart", 2, (7, 1, 900))], NOW
    )
    assert cart.open
    assert quantities(cart) == {7: 3}
    assert cart.lines[7].price == 900
    assert cart.lines[7].added_at == START + timedelta(minutes=1)


def test_removing_more_than_there_is_leaves_nothing():
    [cart] = fold([event("add_to_cart", 1, 7), event("remove_from_cart", 2, (7, 5, None))], NOW)
    assert cart.open
    assert quantities(cart) == {}


def test_looking_at_a_cart_changes_nothing_but_its_activity():
    [cart] = fold([event("add_to_cart", 1, 7), event("view_cart", 5, (8, 3, 100))], NOW)
    assert quantities(cart) == {7: 1}
    assert cart.last_activity_at == START + timedelta(minutes=5)


def test_looking_at_no_cart_makes_none():
    assert fold([event("view_cart", 1), event("remove_from_cart", 2, 7)], NOW) == []


def test_buying_prunes_what_was_bought_and_leaves_the_rest_open():
    [cart] = fold([event("add_to_cart", 1, 7, 8), event("purchase", 2, 7)], NOW)
    assert cart.open
    assert quantities(cart) == {8: 1}


def test_buying_everything_closes_the_cart():
    [cart] = fold([event("add_to_cart", 1, 7), event("purchase", 2, 7)], NOW)
    assert not cart.open
    assert cart.closed_at == START + timedelta(minutes=2)


def test_a_purchase_that_names_its_cart_closes_it_whatever_it_bought():
    [cart] = fold([event("add_to_cart", 1, 7, 8, key="k"), event("purchase", 2, 7, key="k")], NOW)
    assert not cart.open
    assert quantities(cart) == {}


def test_a_purchase_that_names_another_cart_prunes_this_one():
    first, second = fold(
        [
            event("add_to_cart", 1, 7, 8, key="a"),
            event("add_to_cart", 2, 7, key="b"),
            event("purchase", 3, 7, key="b"),
        ],
        NOW,
    )
    assert quantities(first) == {8: 1}
    assert not second.open


def test_a_purchase_that_tells_nothing_closes_every_cart():
    carts = fold(
        [event("add_to_cart", 1, 7), event("add_to_cart", 2, 8, key="k"), event("purchase", 3)], NOW
    )
    assert [cart.open for cart in carts] == [False, False]


def test_what_is_added_after_a_purchase_makes_a_new_cart():
    old, new = fold(
        [event("add_to_cart", 1, 7), event("purchase", 2, 7), event("add_to_cart", 3, 7)], NOW
    )
    assert not old.open
    assert quantities(new) == {7: 1}


def test_thirty_idle_days_close_a_cart_and_not_an_instant_less():
    added = event("add_to_cart", 0, 7)
    [still] = fold([added], START + IDLE)
    [gone] = fold([added], START + IDLE + timedelta(microseconds=1))
    assert still.open
    assert not gone.open
    assert gone.closed_at == START + IDLE


def test_adding_after_the_idle_days_starts_anew():
    days = 31 * 24 * 60
    old, new = fold([event("add_to_cart", 0, 7), event("add_to_cart", days, 8)], START + IDLE * 2)
    assert old.closed_at == START + IDLE
    assert quantities(new) == {8: 1}


def test_a_key_that_comes_back_opens_the_same_cart_empty():
    [cart] = fold(
        [
            event("add_to_cart", 1, 7, key="k"),
            event("purchase", 2, 7, key="k"),
            event("add_to_cart", 3, 8, key="k"),
        ],
        NOW,
    )
    assert cart.open
    assert cart.closed_at is None
    assert quantities(cart) == {8: 1}


def test_a_named_cart_nothing_was_put_in_is_neither_open_nor_closed():
    [cart] = fold([event("view_cart", 1, key="k")], NOW)
    assert not cart.open
    assert cart.closed_at is None


def test_at_one_instant_what_is_bought_was_put_in_before():
    [cart] = fold([event("purchase", 1, 7, id=1), event("add_to_cart", 1, 7, id=2)], NOW)
    assert not cart.open


streams = st.lists(
    st.builds(
        lambda number, name, minute, products, key: event(
            name, minute, *products, key=key, id=number
        ),
        st.integers(0, 10**6),
        st.sampled_from(sorted(CART_EVENTS)),
        st.sampled_from([0, 1, 2, 30, 24 * 60 * 29, 24 * 60 * 31, 24 * 60 * 62]),
        st.lists(st.sampled_from([7, 8, 9]), max_size=2),
        st.sampled_from([None, None, "a", "b"]),
    ),
    max_size=12,
    unique_by=lambda each: each.id,
)


@given(streams, st.randoms())
def test_the_order_of_arrival_makes_no_difference(events, random):
    shuffled = random.sample(events, len(events))
    assert fold(shuffled, NOW) == fold(events, NOW)


@given(streams)
def test_no_line_was_removed_or_bought_since_it_was_last_put_in(events):
    for cart in fold(events, NOW + IDLE * 2):
        if not cart.open:
            assert not cart.lines
    for cart in fold(events, START + timedelta(days=63)):
        for product in cart.lines:
            added = [e for e in events if e.name == "add_to_cart" and touches(e, product)]
            bought = [e for e in events if e.name == "purchase" and touches(e, product)]
            assert added
            assert all(e.at < max(a.at for a in added) for e in bought)


def touches(each, product):
    return any(piece.product_id == product for piece in each.pieces)
