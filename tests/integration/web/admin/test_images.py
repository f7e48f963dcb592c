"""Images in the admin, and as readers of mails fetch them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

PAGE = "/admin/settings/images/"


def post(client, name="코트.png", wanted="text/html"):
    out = BytesIO()
    Image.new("RGB", (30, 20), "#0b6e5f").save(out, "PNG")
    out.seek(0)
    return client.post(PAGE, data={"file": (out, name)}, headers={"Accept": wanted})


def test_an_image_is_uploaded_shown_to_everybody_and_removed(admin, client):
    assert post(admin).status_code == 303
    (shown,) = admin.get(f"{PAGE}list").get_json()
    assert (shown["name"], shown["width"], shown["height"]) == ("코트.png", 30, 20)
    path = shown["url"].removeprefix("http://127.0.0.1:8000")
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "코트.png" in admin.get(PAGE).get_data(as_text=True)
    admin.post(f"{PAGE}1/delete")
    assert client.get(path).status_code == 404


def test_the_editor_is_told_what_is_wrong_with_a_file(admin):
    answer = admin.post(
        PAGE, data={"file": (BytesIO(b"no"), "x.png")}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422
    assert "읽을 수 없는 이미지" in answer.get_json()["errors"]["file"]
    assert post(admin, wanted="application/json").get_json()["name"] == "코트.png"


def test_only_hashes_of_images_lead_to_files(client):
    for path in ("/media/x.png", f"/media/{'0' * 64}.png", f"/media/{'0' * 64}.svg"):
        assert client.get(path).status_code == 404


def test_a_file_to_attach_is_taken_in_and_can_be_saved(admin, admin_as):
    body = {"file": (BytesIO(b"%PDF-1.7 coupon"), "쿠폰.pdf")}
    answer = admin.post("/admin/files/", data=body)
    assert answer.status_code == 201
    kept = answer.get_json()
    assert (kept["name"], kept["size"]) == ("쿠폰.pdf", 15)
    shown = admin.get(kept["path"])
    assert shown.data == b"%PDF-1.7 coupon"
    assert shown.headers["Content-Disposition"].startswith("attachment")
    wrong = admin.post("/admin/files/", data={"file": (BytesIO(b"MZ"), "x.exe")})
    assert "첨부할 수 없습니다" in wrong.get_json()["errors"]["file"]
    assert admin.get(f"/admin/files/{'0' * 64}.pdf").status_code == 404
    assert admin_as("viewer").get(kept["path"]).status_code == 403
