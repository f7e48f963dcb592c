import pytest

from growthcore.api import RetryableError
from growthcore.testing.fakes import FakeHttp, FakeResponse, MemoryState, plugin_context
from growthcore.testing.interactions import FakeHistory, FakeInteractions, Line, a_past
from growthcore.testing.values import START, FakeCarts, a_cart, a_product


def test_http_answers_in_the_order_it_was_scripted(http):
    http.answer(200, json_body={"가": 1}).answer(429, headers={"Retry-After": "3"})
    assert http.request("GET", "https://provider.example/a").data.decode() == '{"가": 1}'
    assert http.request("GET", "https://provider.example/b").headers["retry-after"] == "3"


def test_http_records_every_request(http):
    http.answer()
    http.request("POST", "https://p.example?x=%EA", headers={"X-Key": "1"}, body=b'{"a": 1}')
    (request,) = http.requests
    assert (request.method, request.url, request.json) == (
        "POST",
        "https://p.example?x=%EA",
        {"a": 1},
    )
    assert request.headers["x-key"] == "1"


def test_http_fails_as_scripted(http):
    http.fail(RetryableError("down", after=3))
    with pytest.raises(RetryableError, match="down"):
        http.request("GET", "https://provider.example")


def test_http_without_an_answer_says_what_to_do(http):
    with pytest.raises(AssertionError, match=r"call http.answer\(\) first"):
        http.request("GET", "https://provider.example")


def test_a_handler_answers_what_is_not_scripted():
    http = FakeHttp(lambda request: FakeResponse(201 if request.method == "POST" else 404))
    http.answer(500)
    statuses = [http.request(m, "https://p.example").status for m in ("POST", "POST", "GET")]
    assert statuses == [500, 201, 404]


def test_state_is_kept_unless_the_change_raises():
    state = MemoryState({"token": "a"})

    def broken(document):
        document["token"] = "b"
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        state.update(broken)
    assert state.read() == {"token": "a"}
    assert state.update(lambda document: document.update(token="c")) == {"token": "c"}
    assert state.changes == 1


def test_what_was_read_from_the_state_is_a_copy():
    state = MemoryState({"tokens": ["a"]})
    state.read()["tokens"].append("b")
    assert state.read() == {"tokens": ["a"]}


def test_carts_gives_the_newest_open_filled_one():
    later = START.replace(hour=5)
    carts = FakeCarts(
        a_cart(1),
        a_cart(2, last_activity_at=later),
        a_cart(3, last_activity_at=later, open=False),
        a_cart(4, customer_id=2, products=[]),
    )
    assert {who: cart.id for who, cart in carts.open_of([1, 2, 3]).items()} == {1: 2}
    assert set(carts.many([1, 3, 9])) == {1, 3}


def test_a_cart_that_is_put_replaces_the_one_before():
    carts = FakeCarts(a_cart(1))
    carts.put(a_cart(1, products=[a_product(7)]))
    assert carts.get(1).lines[0].product.id == 7


def test_a_unit_without_a_database_says_what_to_do():
    with pytest.raises(AssertionError, match="a database"):
        plugin_context("hello").unit()


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_interactions_are_streamed_in_time_order_whatever_the_chunks(size):
    lines = a_past()
    chunks = list(FakeInteractions(lines, size=size).chunks(["purchase", "view_item"]))
    times = [time for chunk in chunks for time in chunk.times]
    assert times == sorted(times)
    assert len(times) == sum(line.event != "add_to_cart" for line in lines)
    assert {kind for chunk in chunks for kind in chunk.kinds} == {0, 1}


def test_interactions_respect_since_and_until():
    lines = [Line(1, n, "view_item", START.replace(hour=n)) for n in range(1, 5)]
    some = FakeInteractions(lines, until=START.replace(hour=3))
    (chunk,) = some.chunks(["view_item"], since=START.replace(hour=1))
    assert list(chunk.products) == [2, 3]


def test_history_gives_the_newest_first_without_repeats():
    lines = [Line(1, product, "view_item", START) for product in (5, 6, 5)]
    history = FakeHistory([*lines, Line(-9, 7, "view_item", START)])
    assert history.recent_products(["view_item"], 9, customer_id=1, visitor_id=None) == [5, 6]
    assert history.recent_products(["view_item"], 9, customer_id=None, visitor_id=9) == [7]
    assert history.recent_products(["purchase"], 9, customer_id=1, visitor_id=None) == []
