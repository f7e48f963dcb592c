"""RSS and Atom as blogs and video channels write them."""

import pytest

from growthcore.api import InvalidInput
from growthcore.catalog import feeds
from growthcore.catalog.content_input import check

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>하루결</title>
<item><title>니트 &amp;amp; 코트</title><link>https://blog.example/1</link><guid>post-1</guid>
<dc:creator>민지</dc:creator><category>니트</category><category>세탁</category><category>니트</category>
<description>&lt;p&gt;손으로&lt;br&gt; 빨기&lt;script&gt;alert(1)&lt;/script&gt;&lt;/p&gt;</description>
<enclosure url="https://blog.example/1.mp3" type="audio/mpeg"/>
<enclosure url="https://blog.example/1.jpg" type="image/jpeg"/>
<pubDate>Sun, 01 Mar 2026 09:00:00 +0900</pubDate></item>
<item><title>둘째</title><link>https://blog.example/2</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
<entry><id>yt:video:1</id><title>코트 코디</title><author><name>하루결 TV</name></author>
<link rel="self" href="https://tube.example/feed"/><link href="https://tube.example/1"/>
<published>2026-03-01T00:00:00+00:00</published>
<media:group><media:thumbnail url="https://tube.example/1.jpg"/>
<media:description>길이 비교</media:description></media:group></entry></feed>"""


def test_an_rss_feed_is_read():
    first, second = [check(each) for each in feeds.read(RSS.encode(), "blog")]
    assert first.pop("published_at").isoformat() == "2026-03-01T09:00:00+09:00"
    assert len(first.pop("external_id")) == 29
    assert first == {
        "kind": "blog",
        "title": "니트 & 코트",
        "url": "https://blog.example/1",
        "image_url": "https://blog.example/1.jpg",
        "summary": "손으로 빨기",
        "author": "민지",
        "keywords": ["니트", "세탁"],
    }
    assert set(second) == {"external_id", "kind", "title", "url"}


def test_an_atom_feed_is_read():
    (video,) = [check(each) for each in feeds.read(ATOM.encode(), "video")]
    assert (video["url"], video["image_url"]) == (
        "https://tube.example/1",
        "https://tube.example/1.jpg",
    )
    assert (video["author"], video["summary"]) == ("하루결 TV", "길이 비교")


@pytest.mark.parametrize(
    "feed",
    [
        b'<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><title>&b;</title></rss>',
        b'<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss/>',
        b"<rss><channel></rss>",
        b"<html><body>404</body></html>",
        b'<?xml version="1.0" encoding="nonsense"?><rss/>',
        b"",
    ],
)
def test_what_is_no_feed_or_a_dangerous_one_is_refused(feed):
    with pytest.raises(InvalidInput):
        feeds.read(feed, "blog")
