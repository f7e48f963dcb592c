"""Blog posts, videos and reviews in the admin."""

from io import BytesIO

from growthcore.catalog import contents
from growthcore.catalog.models import Content

FORM = {
    "kind": "video",
    "title": "코트 코디",
    "url": "https://tube.example/1",
    "keywords": "겨울, 코트,",
    "products": "P1,\nP2",
    "published_at": "2026-03-01T09:00",
    "external_id": "V1",
}


def kept(core, external_id="V1"):
    with core.db.read() as session:
        return contents.get(session, external_id)


def test_a_content_is_written_changed_hidden_and_deleted(admin, core):
    assert "아직 콘텐츠가 없습니다" in admin.get("/admin/catalog/contents/").text
    refused = admin.post("/admin/catalog/contents/new", data=FORM | {"url": "tube", "title": ""})
    assert refused.status_code == 422
    assert 'href="#f-title"' in refused.text
    assert "https://blog.shop.com/posts/1처럼 전체 주소를 입력하십시오." in refused.text
    assert admin.post("/admin/catalog/contents/new", data=FORM).status_code == 303
    again = admin.post("/admin/catalog/contents/new", data=FORM)
    assert "이 ID의 콘텐츠가 이미 있습니다" in again.text
    content = kept(core)
    assert (content.keywords, content.products) == (["겨울", "코트"], ["P1", "P2"])
    assert content.published_at.isoformat() == "2026-03-01T00:00:00+00:00", "nine in Seoul"
    page = f"/admin/catalog/contents/{content.id}"
    assert 'value="2026-03-01T09:00"' in admin.get(page).text
    admin.post(page, data=FORM | {"title": "봄 코트", "summary": "가볍게"})
    admin.post(f"{page}/show", data={"shown": "0"})
    shown = admin.get("/admin/catalog/contents/?q=봄&kind=video&state=hidden").text
    assert "봄 코트" in shown
    assert "조건에 맞는 콘텐츠가 없습니다" in admin.get("/admin/catalog/contents/?kind=blog").text
    admin.post(f"{page}/delete")
    assert kept(core) is None
    log = admin.get("/admin/settings/audit/?kind=content").text
    for action in ("콘텐츠 등록", "콘텐츠 수정", "콘텐츠 숨김", "콘텐츠 삭제"):
        assert action in log


def test_a_feed_is_taken_up_of_its_address_or_a_file(admin, core, http):
    entry = "<item><title>니트 세탁법</title><link>https://blog.example/1</link></item>"
    feed = f"<rss><channel>{entry}<item><title>주소 없음</title></item></channel></rss>".encode()
    page = "/admin/catalog/contents/import"
    http.answer(data=feed)
    taken = admin.post(page, data={"kind": "blog", "feed": "https://blog.example/rss"})
    told = admin.get(taken.location).text
    assert "새 콘텐츠 1개" in told
    assert "1개는 가져오지 못했습니다. ‘주소 없음’" in told
    again = {"kind": "blog", "file": (BytesIO(feed), "rss.xml")}
    assert admin.post(page, data=again).status_code == 303
    with core.db.read() as session:
        assert contents.find(session).total == 1
    http.answer(301, headers={"Location": "/rss.xml"}).answer(data=feed)
    moved = admin.post(page, data={"kind": "blog", "feed": "https://blog.example/rss"})
    assert "https://blog.example/rss.xml 주소를" in admin.get(moved.location).text
    http.answer(301).fail(ConnectionError("the answer was lost"))
    for asked, why in (
        ({"feed": "https://blog.example/rss"}, "새 주소를 알려 주지"),
        ({"feed": "blog"}, "피드를 가져올 수 없습니다"),
        ({"feed": ""}, "피드 주소를 입력하거나"),
        ({"file": (BytesIO(b"<html></html>"), "x.xml")}, "RSS나 Atom 피드가 아니거나"),
    ):
        refused = admin.post(page, data={"kind": "blog", **asked})
        assert refused.status_code == 422
        assert why in refused.text


def test_a_csv_file_is_taken_up_row_by_row(admin, core):
    page = "/admin/catalog/contents/upload"

    def uploaded(text):
        return admin.post(page, data={"file": (BytesIO(text.encode("cp949")), "콘텐츠.csv")})

    rows = "external_id,kind,title,url\r\nV1,video,코트 코디,https://tube.example/1\r\n"
    told = admin.get(uploaded(rows).location).text
    assert "새 콘텐츠 1개" in told
    assert kept(core).title == "코트 코디"
    partly = uploaded(rows.replace("코디", "길이") + "V2,video,둘째,tube\r\n,blog,셋째\r\n")
    assert partly.status_code == 422
    assert "바뀐 콘텐츠 1개" in partly.text
    assert "2개 행은 가져오지 못했습니다" in partly.text
    assert "열은 4개인데 값이 3개인 행입니다." in partly.text
    assert kept(core).title == "코트 길이"
    for text, why in (
        ("external_id,price\r\n", "알 수 없는 열이 있습니다"),
        ("title\r\n", "external_id 열은"),
        ("\r\n", "첫 줄에 모든 열의 이름을"),
    ):
        assert why in uploaded(text).text
    assert "행이 있는 CSV 파일을" in admin.post(page, data={}).text


def test_viewers_only_look(admin, admin_as, core):
    admin.post("/admin/catalog/contents/new", data=FORM)
    content: Content = kept(core)
    viewer = admin_as("viewer", locale="en")
    page = viewer.get("/admin/catalog/contents/").text
    assert "코트 코디" in page
    assert "Add content" not in page
    for path in (
        f"{content.id}",
        f"{content.id}/show",
        f"{content.id}/delete",
        "new",
        "import",
        "upload",
    ):
        assert viewer.post(f"/admin/catalog/contents/{path}", data=FORM).status_code == 403
    assert admin_as("editor").get(f"/admin/catalog/contents/{content.id}").status_code == 200
