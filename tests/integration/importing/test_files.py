"""Files of every format as rows."""

from __future__ import annotations

import gzip
import json
import sys

import pandas as pd
import pytest

from growthcore.api import ConfigError
from growthcore.events.importing import files


def read(path):
    return list(files.rows(files.inspect(path)))


def told(path):
    return [(row.number, row.values, bool(row.error)) for row in read(path)]


@pytest.mark.parametrize(
    ("encoding", "found"), [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("cp949", "cp949")]
)
def test_csv_is_read_in_the_encoding_it_is_in(tmp_path, encoding, found):
    path = tmp_path / "고객.csv"
    path.write_text("external_id,name\r\nC-1,김민지\r\n", encoding=encoding)
    assert files.inspect(path).encoding == found
    assert told(path) == [(1, {"external_id": "C-1", "name": "김민지"}, False)]


def test_a_value_in_no_encoding_costs_its_row_only(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,name\n1,\xb1\xe8\n2,\xff\xff\n3,c\n")
    assert [error for _, _, error in told(path)] == [False, True, False]


def test_rows_of_another_length_and_bad_quotes_cost_themselves_only(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,2\n3\n4,5,6\n\n7,"8"x\n"9\n9",10\n', encoding="utf-8")
    assert [(number, error) for number, _, error in told(path)] == [
        (1, False),
        (2, True),
        (3, True),
        (4, True),
        (5, False),
    ]
    assert read(path)[-1].values == {"a": "9\n9", "b": "10"}


def test_an_open_quote_never_swallows_more_than_it_may(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('a\n"open\n' + "x\n" * 200_000, encoding="utf-8")
    rows = told(path)
    assert rows[0][2]
    assert rows[-1] == (rows[-1][0], {"a": "x"}, False)


@pytest.mark.parametrize("header", ["", "a,,b\n1,2,3\n", "a,a\n1,2\n"])
def test_a_header_that_names_nothing_or_twice_is_refused(tmp_path, header):
    path = tmp_path / "a.csv"
    path.write_text(header, encoding="utf-8")
    with pytest.raises(ConfigError):
        read(path)


def test_json_lines_cost_themselves_only(tmp_path):
    path = tmp_path / "a.jsonl"
    lines = [
        b'\xef\xbb\xbf{"id":"1","gone":null}',
        b"",
        b"[1]",
        b"{",
        b'{"id":NaN}',
        b'{"id":"\\ud800"}',
        b'{"id":"\xff"}',
        b"[" * 90_000,
        b'{"id":"' + b"x" * 3_000_000 + b'"}',
        b'{"id":"2"}',
    ]
    path.write_bytes(b"\n".join(lines))
    rows = told(path)
    assert (rows[0], rows[-1]) == ((1, {"id": "1"}, False), (9, {"id": "2"}, False))
    assert all(error for _, _, error in rows[1:-1])


@pytest.mark.parametrize("name", ["a.csv.gz", "a.jsonl.gz"])
def test_gzipped_files_read_the_same(tmp_path, name):
    path = tmp_path / name
    text = "id\n1\n" if "csv" in name else json.dumps({"id": "1"})
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    assert told(path) == [(1, {"id": "1"}, False)]


def test_parquet_keeps_its_types(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"id": ["1", "2"], "value": [1.0, None]}).to_parquet(path)
    rows = read(path)
    assert rows[0].values == {"id": "1", "value": 1.0}
    assert files.columns(files.inspect(path)) == ["id", "value"]


def test_parquet_without_pyarrow_says_what_to_install(tmp_path, monkeypatch):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigError, match=r"pip install growthcore\[parquet\]"):
        read(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b""),
        ("a.csv.zip", b""),
        ("a.parquet.gz", b""),
        ("a.csv.gz", b"not gzip"),
        ("a.csv.gz", gzip.compress(b"id\n1\n" * 1_000, mtime=0)[:-9]),
        ("a.parquet", b"not parquet"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ConfigError):
        read(path)
