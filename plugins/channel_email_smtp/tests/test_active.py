"""What is active in HTML written by hand is taken out, however it is hidden; the rest stays."""

from __future__ import annotations

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_email_smtp.active import without_active
from growthcore_channel_email_smtp.layout import html_document
from growthcore_channel_email_smtp.parts import Recipient

HARMLESS = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "x">
<html xmlns:v="urn:schemas-microsoft-com:vml"><head><meta http-equiv="Content-Type" content="text/html">
<!--[if mso]><xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml><![endif]-->
<style>v\\:* {behavior:url(#default#VML)} @media (max-width:600px){.a>b{width:100%!important}}</style></head>
<body bgcolor=#ffffff><!--[if !mso]><!--><p CLASS='x'>1 < 2 &amp; <b>#{NAME|고객 님}</b></p><!--<![endif]-->
<a href="#{URL|https://x.example}" data-alias="on">javascript: onclick</a><a href="mailto:a@b.example">m</a>
<img src="data:image/png;base64,AA=="><!--[if mso]><v:roundrect href="https://x"><w:anchorlock/></v:roundrect><![endif]-->
<svg><circle r="1"/></svg></body></html>"""
ACTIVE = (
    *("script", "iframe", "object", "embed", "form", "input", "button", "textarea", "select"),
    *("base", "frame", "frameset", "applet"),
)
ADDRESSES = {"href", "src", "xlink:href", "values", "action"}
PIECES = [
    *(
        "<",
        ">",
        "</",
        "/>",
        "<!--",
        "-->",
        "--!>",
        "<!",
        "<?",
        "]]>",
        "<![CDATA[",
        '"',
        "'",
        "`",
        "=",
    ),
    *(" ", "\n", "/", "\0", "&", ";", "x", "#{A}", "#{A|b }", "#{A|'}", '#{A|">}', "#{A|<script>}"),
    *("script", "ScRiPt", "style", "svg", "math", "mtext", "title", "textarea", "a", "img", "form"),
    *(
        "table",
        "td",
        "template",
        "noscript",
        "iframe",
        "meta",
        "animate",
        "object",
        "embed",
        "base",
    ),
    *("onerror=", "OnLoad", "href=", "src=", "xlink:href=", "http-equiv=", "refresh", "values="),
    *("javascript:", "java", "&#x73;cript:", "&Tab;", "data:text/html,x", "vbscript:", "alert(1)"),
    *("<script>", "</script>", "<style>", "</style>", "<svg>", "<!--gc:if CART_ITEMS-->"),
    *("<!--gc:end-->", '<a href="', "<img src=x onerror=alert(1)>", "<a title=", "</title>"),
]


def alive(html):
    """What a browser's parser (html5ever) finds that would do something."""
    found = []

    def look(tag, name, value):
        read = "".join(value.split()).replace("\0", "").lower()
        leads = name in ADDRESSES and read.startswith(("javascript:", "vbscript:", "data:text"))
        if leads or name.startswith("on"):
            found.append((tag, name, value))
        return value

    names = {"onerror", "onload", "onclick", *ADDRESSES}
    tags = {*ACTIVE, "a", "img", "svg", "math", "p", "b", "table", "td", "animate", "template"}
    left = nh3.clean(
        html,
        tags=tags,
        clean_content_tags=set(),
        attributes=dict.fromkeys(tags, names),
        attribute_filter=look,
        url_schemes={"javascript", "vbscript", "data", "http", "https"},
        link_rel=None,
    )
    return found + [tag for tag in ACTIVE if f"<{tag}" in left]


def rendered(html):
    document = html_document(html)
    context = FakeRecipient(values={"A": "a b"}, blocks=dict.fromkeys(document.blocks, ()))
    return document.render(Recipient(context, frozenset(document.blocks)))


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_nothing_active_is_left_to_a_browser(source):
    safe, _ = without_active(source)
    assert not alive(safe)
    assert not alive(rendered(safe))
    assert without_active(safe) == (safe, {})


@pytest.mark.parametrize(
    ("source", "left", "names"),
    [
        ("a<script>x</script>b", "ab", ["script"]),
        ('<td onclick="x" width=1 ONLOAD=y>', "<td width=1>", ["onclick", "onload"]),
        ("<form action=x><input>Go</form>", "Go", ["form", "input"]),
        ('<a href="jav&#x09;ascript:x">y</a>', "<a>y</a>", ["href=javascript:"]),
        ('<a href="java#{A|script:}x">y</a>', "<a>y</a>", ["href=javascript:"]),
        ('<meta http-equiv="refresh" content="0">', '<meta content="0">', ["meta refresh"]),
        ("<!--[if mso]><p onclick=x><![endif]-->", "<!--[if mso]><p><![endif]-->", ["onclick"]),
        ("<#{A|script}>x", "&lt;#{A|script}>x", []),
        ("<b title=#{A}>", '<b title="#{A}">', []),
        ("<<!--gc:if CART_ITEMS-->img onload=x>", "&lt;<!--gc:if CART_ITEMS-->img onload=x>", []),
    ],
)
def test_what_is_active_goes_by_name_and_its_surroundings_stay(source, left, names):
    safe, taken = without_active(source)
    assert (safe, sorted(taken)) == (left, sorted(names))


def test_a_harmless_mail_stays_as_it_was_written():
    assert without_active(HARMLESS) == (HARMLESS, {})
