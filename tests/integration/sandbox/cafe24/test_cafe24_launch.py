"""How the mall opens the app: a query string signed with the app's secret."""

from datetime import UTC, datetime, timedelta

from growthcore.sandbox.cafe24 import Cafe24Settings, accepts_launch, signed_launch

AT = datetime(2026, 1, 1, tzinfo=UTC)
SETTINGS = Cafe24Settings()
WORKED = (
    "is_multi_shop=F&lang=ko_KR&mall_id=growthdemo&nation=KR&shop_no=1&timestamp=1767225600"
    "&user_id=growthdemo&user_name=growthdemo&user_type=P"
    "&hmac=6DLJbnDvv7nErHca4jp1uEhhAA%2FOyZzWouJE8A6aZ3g%3D"
)


def accepts(query, at=AT):
    return accepts_launch(query, SETTINGS.client_secret, at)


def test_a_launch_is_signed_as_the_sample_of_cafe24_signs_it():
    assert signed_launch(SETTINGS, AT) == WORKED


def test_a_launch_is_accepted_and_refused_when_any_byte_of_it_is_another():
    assert accepts(WORKED)
    for place in range(len(WORKED)):
        other = "x" if WORKED[place] != "x" else "y"
        assert not accepts(f"{WORKED[:place]}{other}{WORKED[place + 1 :]}")


def test_a_launch_with_a_korean_name_is_accepted_as_it_was_received():
    query = signed_launch(SETTINGS, AT, user_name="홍 길동", user_type="A")
    assert "user_name=%ED%99%8D+" in query
    assert accepts(query)


def test_a_launch_without_signature_or_of_another_hour_is_refused():
    assert not accepts(WORKED.partition("&hmac=")[0])
    assert not accepts("")
    assert accepts(WORKED, AT + timedelta(hours=1))
    assert not accepts(WORKED, AT + timedelta(hours=1, seconds=1))
