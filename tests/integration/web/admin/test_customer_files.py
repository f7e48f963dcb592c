"""A found list of customers as a file."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from sqlalchemy import select

from growthcore.analytics import people_files
from growthcore.operators.models import AuditEntry
from growthcore.testing.factories import make_customer

URL = "/admin/customers/export"


@pytest.fixture
def shop(core):
    with core.db.unit() as session:
        make_customer(
            session, "0042", name="=cmd|' /C calc'!A1", email="kim@example.com",
            phone="010-1234-5678", consents=["email"], attributes={"points": 1200, "vip": True},
        )  # fmt: skip
        make_customer(session, "lee", name="이바다", phone="02-312-3456")
    return core


def read(answer):
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_csv_is_safe_to_open_and_holds_who_was_found(shop, admin):
    head, kim = read(admin.post(f"{URL}.csv?q=kim@"))
    row = dict(zip(head, kim, strict=True))
    assert row["고객 아이디"] == "0042"
    assert row["이름"] == "'=cmd|' /C calc'!A1"
    assert (row["휴대폰 번호"], row["points"], row["vip"]) == ("010-1234-5678", "1200", "예")
    assert row["등록일"] == "2026-03-02 10:00"


def test_the_workbook_keeps_text_as_text_and_numbers_as_numbers(shop, admin):
    answer = admin.post(f"{URL}.xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "<v>1200</v>" in sheet
    for text in ("0042", "02-312-3456", "Asia/Seoul", "김하나", "총 2건"):
        assert text in strings


def test_the_list_is_narrowed_as_the_page_was(shop, admin):
    assert len(read(admin.post(f"{URL}.csv?reach=consent-email"))) == 2
    assert len(read(admin.post(f"{URL}.csv?q=없음"))) == 1


def test_too_many_are_refused_with_what_to_do(shop, admin, monkeypatch):
    monkeypatch.setattr(people_files, "MOST", 1)
    answer = admin.post(f"{URL}.xlsx?sort=name")
    assert answer.status_code == 422
    assert "2명은 한 파일에 담을 수 있는 1명을 넘습니다" in answer.text
    assert "/admin/customers/?sort=name" in answer.text


def test_who_took_how_many_is_audited_without_what_was_looked_for(shop, admin):
    admin.post(f"{URL}.csv?q=kim@")
    with shop.db.read() as session:
        (entry,) = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "customer.list_exported")
        )
    assert entry.details == {"rows": 1}


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_files_are_for_managers(shop, admin_as, role):
    client = admin_as(role)
    assert client.post(f"{URL}.csv").status_code == 403
    assert "export.csv" not in client.get("/admin/customers/").text


def test_there_are_no_other_kinds_of_files(shop, admin):
    assert admin.post(f"{URL}.pdf").status_code == 404
