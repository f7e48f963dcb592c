import pytest

from growthcore_channel_kakao_ncp.signature import headers, sign

ACCESS, SECRET = "ExampleAccessKey0001", "ExampleSecretKey000000000000000000000001"
STAMP = "1767225600000"
SERVICE = "/alimtalk/v2/services/ncp:kkobizmsg:kr:1234567:growthcore"


@pytest.mark.parametrize(
    ("method", "target", "signature"),
    [
        ("POST", f"{SERVICE}/messages", "b1UxvOzawMYB1VVTsss5Xw5sqI2olWyf082bLjHiOGY="),
        (
            "POST",
            "/alimtalk/v2/services/ncp%3Akkobizmsg%3Akr%3A1234567%3Agrowthcore/messages",
            "L1+8FSrgm2jdCGn4hrzNa0Yjz1hs8reHWORL14yUs0c=",
        ),
        (
            "GET",
            f"{SERVICE}/templates?channelId=%40growthcore&templateCode=ORDER01",
            "DHyzGTBjR4rwDkxkmwAMM1OCeQ7VjQQd0BUhoj6geyc=",
        ),
        (
            "GET",
            (
                f"{SERVICE}/messages?requestStartTime=2026-01-01%2009%3A00%3A00"
                "&requestEndTime=2026-01-01%2010%3A00%3A00&plusFriendId=%40growthcore&pageSize=100"
            ),
            "pUEMcKLS8Ench14Q5MR/g/xNgyQbtXqy9L6fM5/IEcI=",
        ),
        (
            "DELETE",
            f"{SERVICE}/reservations/RBA-example",
            "3kN8f7v0VadwzFQTp3Zes6RJnEdKT6zB8hc1CK4C87c=",
        ),
    ],
)
def test_the_worked_examples_hold(method, target, signature):
    assert sign(method, target, STAMP, ACCESS, SECRET) == signature


def test_the_header_has_the_timestamp_that_was_signed():
    fields = headers("GET", "/x", int(STAMP), ACCESS, SECRET)
    assert fields == {
        "x-ncp-apigw-timestamp": STAMP,
        "x-ncp-iam-access-key": ACCESS,
        "x-ncp-apigw-signature-v2": sign("GET", "/x", STAMP, ACCESS, SECRET),
    }
