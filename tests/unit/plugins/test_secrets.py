from __future__ import annotations

import base64
import stat

import pytest

from growthcore.api import ConfigError
from growthcore.plugins.secrets import Keys, add_key, generate, key_file, load_keys, resolve
from growthcore.settings import Settings

PLACE = "account:1:password"


@pytest.fixture
def keys() -> Keys:
    return Keys.parse(generate())


def test_what_is_sealed_opens_again(keys):
    sealed = keys.seal("비밀 p@ss", PLACE)

    assert "p@ss" not in sealed
    assert sealed.startswith("k1:")
    assert keys.open(sealed, PLACE) == "비밀 p@ss"


def test_the_same_secret_never_looks_the_same(keys):
    assert keys.seal("x", PLACE) != keys.seal("x", PLACE)


def test_a_secret_moved_to_another_place_does_not_open(keys):
    with pytest.raises(ConfigError, match="altered, or belongs elsewhere"):
        keys.open(keys.seal("x", PLACE), "account:2:password")


def test_a_tampered_secret_does_not_open(keys):
    id_, _, encoded = keys.seal("x", PLACE).partition(":")
    data = bytearray(base64.urlsafe_b64decode(encoded))
    data[-1] ^= 1

    with pytest.raises(ConfigError):
        keys.open(f"{id_}:{base64.urlsafe_b64encode(data).decode()}", PLACE)


@pytest.mark.parametrize("sealed", ["k1:", "k1:!!", "k1:QUJD", "k9:QUJD", ""])
def test_rubbish_does_not_open(keys, sealed):
    with pytest.raises(ConfigError):
        keys.open(sealed, PLACE)


def test_the_first_key_seals_and_every_key_opens():
    old, new = generate("k1"), generate("k2")
    sealed_before = Keys.parse(old).seal("x", PLACE)

    both = Keys.parse(f"{new},{old}")

    assert both.open(sealed_before, PLACE) == "x"
    assert both.seal("x", PLACE).startswith("k2:")


def test_a_key_that_is_gone_is_named():
    sealed = Keys.parse(generate("k1")).seal("x", PLACE)

    with pytest.raises(ConfigError, match="'k1'"):
        Keys.parse(generate("k2")).open(sealed, PLACE)


@pytest.mark.parametrize(
    "text",
    ["", " , ", "k1", "k1:short", f"{generate()},{generate()}", f"k 1{generate()[2:]}"],
    ids=["empty", "commas", "no key", "short key", "one id twice", "id with a space"],
)
def test_wrong_keys_are_refused_without_being_quoted(text):
    with pytest.raises(ConfigError, match="growthcore secrets generate") as raised:
        Keys.parse(text)
    assert "short" not in str(raised.value)


def test_keys_show_their_ids_only():
    text = generate()

    assert repr(Keys.parse(text)) == "Keys(k1)"


def test_keys_for_other_purposes_differ_by_purpose_and_key():
    keys = Keys.parse(f"{generate('k2')},{generate('k1')}")

    derived = {*keys.derive("a"), *keys.derive("b")}

    assert len(derived) == 4


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path):
    settings = Settings(data_dir=tmp_path / "data")

    sealed = load_keys(settings, create=True).seal("x", PLACE)

    assert load_keys(settings, create=True).open(sealed, PLACE) == "x"
    assert stat.S_IMODE(key_file(settings).stat().st_mode) == 0o600
    assert [path.name for path in settings.data_dir.iterdir()] == ["secret-keys"]


def test_without_keys_nothing_is_made_unless_asked(tmp_path):
    settings = Settings(data_dir=tmp_path / "data")

    with pytest.raises(ConfigError, match="GROWTHCORE_SECRET_KEYS"):
        load_keys(settings, create=False)
    assert not settings.data_dir.exists()


def test_keys_of_the_environment_come_before_the_file(tmp_path):
    settings = Settings(data_dir=tmp_path, secret_keys=generate("fromenv"))

    assert load_keys(settings, create=True).first == "fromenv"
    assert not key_file(settings).exists()


def test_a_key_added_to_the_file_comes_first(tmp_path):
    settings = Settings(data_dir=tmp_path)
    sealed = load_keys(settings, create=True).seal("x", PLACE)

    keys = add_key(settings)

    assert keys.first == "k2"
    assert keys.open(sealed, PLACE) == "x"
    assert stat.S_IMODE(key_file(settings).stat().st_mode) == 0o600


def test_references_are_resolved(tmp_path, monkeypatch):
    monkeypatch.setenv("SMTP_PASSWORD", "from the environment")
    (tmp_path / "secret").write_text("from a file\n")

    assert resolve("$env:SMTP_PASSWORD") == "from the environment"
    assert resolve(f"$file:{tmp_path}/secret") == "from a file"
    assert resolve("$plain") == "$plain"


@pytest.mark.parametrize("reference", ["$env:NOT_SET_ANYWHERE", "$file:/no/such/file"])
def test_a_reference_to_nothing_says_so(reference):
    with pytest.raises(ConfigError, match=reference.partition(":")[2]):
        resolve(reference)
