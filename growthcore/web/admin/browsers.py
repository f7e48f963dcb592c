"""What a browser says of itself, in as few words as tell two of them apart."""

from __future__ import annotations

# The first that fits: Edge also says Chrome, and Chrome also says Safari.
_BROWSERS = (
    ("KAKAOTALK", "KakaoTalk"),
    ("Whale/", "Whale"),
    ("Edg", "Edge"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str | None:
    """``Chrome · Windows``; None when it says nothing that is known."""
    found = [
        next((name for sign, name in signs if sign in user_agent), None)
        for signs in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, found)) or None
