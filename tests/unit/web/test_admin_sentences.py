"""Everything the services say in English has Korean for the admin's Korean readers."""

import ast
import builtins
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path

import marshmallow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.api import MessageClass
from growthcore.campaigns.lifecycle import State
from growthcore.web.admin import sentences

ROOT = Path(__file__).parents[3]
TABLE = json.loads((ROOT / "growthcore/web/admin/data/sentences.ko.json").read_text())
# These speak to programs, to the terminal or to whoever starts the server, in English.
ELSEWHERE = (
    "growthcore/cli/",
    "growthcore/db/",
    "growthcore/demo/",
    "growthcore/events/importing/",
    "growthcore/sandbox/",
    "growthcore/scaffold/",
    "growthcore/settings.py",
    "growthcore/testing/",
    "growthcore/web/management/",
    "growthcore/worker/",
)
TERMINAL = {"commands.py"}
HANGUL = re.compile(r"[가-힣]")
SENTENCE = re.compile(r"\s*[A-Z{].*\s.*[.?] ?(\{\})*", re.DOTALL)
# Calls whose texts are shown, whatever their shape.
SHOWN = {"InvalidInput", "ConfigError", "ValidationError", "stop", "hold", "_refuse"}
NOT_SHOWN = {"Refusal", "NoHistory", "Problem", *vars(builtins)}


def sources() -> Iterator[Path]:
    for path in [*ROOT.glob("growthcore/**/*.py"), *ROOT.glob("plugins/*/growthcore_*/**/*.py")]:
        place = path.relative_to(ROOT).as_posix()
        if not place.startswith(ELSEWHERE) and path.name not in TERMINAL:
            yield path


def template(node: ast.AST) -> str | None:
    """A literal or f-string with ``{}`` for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)
    return None


def called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def texts_of(call: ast.Call) -> list[ast.AST]:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return [
        part for each in given for part in (each.values if isinstance(each, ast.Dict) else [each])
    ]


def is_bilingual(call: ast.Call) -> bool:
    return any(HANGUL.search(template(each) or "") for each in texts_of(call))


def shown(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes that are handed to somebody's eyes, by what they are handed to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in SHOWN:
            yield from texts_of(node)[:1] if called(node) == "ValidationError" else texts_of(node)
        raised = node.exc if isinstance(node, ast.Raise) else None
        if isinstance(raised, ast.Call) and called(raised) not in NOT_SHOWN:
            yield from texts_of(raised)
        if isinstance(node, ast.keyword) and node.arg == "error":
            yield node.value
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if getattr(target, "id", "") == "default_error_messages":
                yield from getattr(node.value, "values", ())


def unshown(tree: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, and texts that have their Korean beside them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield node.value
        if isinstance(node, ast.JoinedStr):
            yield from node.values
        if isinstance(node, ast.Call) and is_bilingual(node):
            yield from texts_of(node)


def templates(source: str) -> set[str]:
    tree = ast.parse(source)
    left_out = {id(node) for node in unshown(tree)}
    direct = {id(node) for node in shown(tree)}
    found = set()
    for node in ast.walk(tree):
        text = None if id(node) in left_out else template(node)
        if text and (id(node) in direct or SENTENCE.fullmatch(text)):
            found.add(text.strip())
    return {text for text in found if re.search(r"[A-Za-z]{3}.*\s|\s.*[A-Za-z]{3}", text)}


def marshmallow_templates() -> set[str]:
    """Every message marshmallow has of its own, as it is after its own formatting."""
    found = set(marshmallow.Schema._default_error_messages.values())
    for each in vars(marshmallow.fields).values():
        if inspect.isclass(each) and issubclass(each, marshmallow.fields.Field):
            kind = getattr(each, "OBJ_TYPE", "datetime")
            aware = getattr(each, "AWARENESS", "") or ""
            for text in vars(each).get("default_error_messages", {}).values():
                found.add(text.replace("{obj_type}", kind).replace("{awareness}", aware))
    for kind in ("date", "time", "datetime"):
        found |= {f"Not a valid {kind}.", f'"{{input}}" cannot be formatted as a {kind}.'}
    found |= {f"Not a valid {awareness} datetime." for awareness in ("naive", "aware")}
    validators = vars(marshmallow.validate).values()
    for each in filter(inspect.isclass, validators):
        if each is not marshmallow.validate.Range:
            found |= {
                v for k, v in vars(each).items() if k.startswith(("message_", "default_mess"))
            }
    least, most = (
        ("greater than", "greater than or equal to"),
        ("less than", "less than or equal to"),
    )
    found |= {f"Must be {word} {{}}." for word in (*least, *most)}
    found |= {f"Must be {low} {{}} and {high} {{}}." for low in least for high in most}
    texts = {re.sub(r"\{[\w!]*\}", "{}", text) for text in found}
    return {text for text in texts if "  " not in text}


WORDS = {each.value for each in (*State, *MessageClass)}
ENGLISH = set().union(*(templates(path.read_text()) for path in sources()))
# What is wrong with a file is shown in the admin, too, where contents are uploaded.
UPLOADED = set().union(
    *(templates(path.read_text()) for path in ROOT.glob("growthcore/events/importing/*.py"))
)


def test_every_sentence_has_korean():
    missing = {
        text for text in ENGLISH | marshmallow_templates() | WORDS if not HANGUL.search(text)
    }
    assert sorted(missing - set(TABLE)) == [], "add them to sentences.ko.json"


def test_the_table_has_nothing_that_nobody_says():
    assert sorted(set(TABLE) - ENGLISH - UPLOADED - marshmallow_templates() - WORDS) == []


@pytest.mark.parametrize("english", TABLE)
def test_the_korean_is_korean_and_fills_only_what_there_is(english):
    holes = {int(number) for number in re.findall(r"\{(\d)\}", TABLE[english])}
    assert HANGUL.search(TABLE[english])
    assert "!" not in TABLE[english]
    assert holes <= set(range(english.count("{}")))


VALUE = st.from_regex(r"[0-9가-힣]{1,8}", fullmatch=True)


@given(st.data(), st.sampled_from(sorted(key for key in TABLE if "{}" in key)))
def test_what_was_filled_in_stands_where_the_korean_wants_it(data, english):
    pieces = english.split("{}")
    values = [data.draw(VALUE) for _ in pieces[1:]]
    sentence = pieces[0] + "".join(v + p for v, p in zip(values, pieces[1:], strict=True))
    expected = re.sub(r"\{(\d)\}", lambda hole: values[int(hole[1])], TABLE[english])
    assert sentences.korean(sentence) == expected


@given(st.text())
def test_what_is_not_known_stays_as_it_is_or_becomes_text(text):
    assert isinstance(sentences.korean(text), str)
    assert sentences.told(text, "en") == text


def test_a_sentence_of_an_unknown_plugin_passes_as_it_is():
    assert sentences.korean("The flux is low; refill it.") == "The flux is low; refill it."


def test_names_are_quoted_the_korean_way():
    said = sentences.korean("Another segment is called 'VIP'; choose another name.")
    assert said == "‘VIP’(이)라는 세그먼트가 이미 있습니다. 다른 이름을 입력하십시오."


def test_several_sentences_are_told_one_by_one():
    said = sentences.korean("Not a valid integer. Must be greater than or equal to 3.")
    assert said == "정수로 입력하십시오. 3 이상이어야 합니다."


def test_sentences_inside_sentences_are_told_too():
    said = sentences.korean(
        "The settings no longer fit; save them again. host: Missing data for required field.; "
        "port: Not a valid integer."
    )
    assert said == (
        "설정이 더 이상 맞지 않습니다. 다시 저장하십시오. "
        "host: 필수 항목입니다. 값을 입력하십시오.; port: 정수로 입력하십시오."
    )
    said = sentences.korean("There is no variable #{NAEM}. Did you mean #{NAME}?")
    assert said == "변수 #{NAEM}이(가) 없습니다. #{NAME}을(를) 쓰려고 했습니까?"


def test_errors_are_told_in_the_readers_language():
    errors = {"port": "Not a valid integer."}
    assert sentences.localised(errors, "ko") == {"port": "정수로 입력하십시오."}
    assert sentences.localised(errors, "en") == errors
