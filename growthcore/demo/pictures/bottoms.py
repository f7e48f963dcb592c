"""What is worn below the belt, and dresses."""

from __future__ import annotations

from growthcore.demo.pictures.sketch import Sketch


def jeans(s: Sketch) -> None:
    """Wide jeans."""
    s.half("M240 104 L322 104 L336 200 L362 522 L276 530 L244 262 L240 250")
    s.half("M240 104 L322 104 L326 132 L240 132", s.shade)
    s.stroke("M240 132 L240 250")
    s.stroke("M240 138 C256 138 264 150 262 176 C260 196 250 206 240 208")
    s.pair("M286 132 C290 162 308 176 332 176")
    s.pair("M330 196 L352 520")
    s.pair("M276 512 L361 504")
    s.buttons(240, 118)
    for x in (270, 306):
        s.pair(f"M{x} 98 L{x} 138")


def slacks(s: Sketch) -> None:
    """Trousers with a crease."""
    s.half("M240 104 L316 104 L334 210 L340 528 L272 532 L244 266 L240 252")
    s.half("M240 104 L316 104 L320 130 L240 130", s.shade)
    s.stroke("M240 130 L240 252")
    s.pair("M280 130 C294 240 304 400 306 528")
    s.pair("M266 130 L270 168")
    s.pair("M306 130 L328 186")
    s.buttons(240, 117)


def skirt(s: Sketch) -> None:
    """A pleated skirt."""
    s.half("M240 132 L310 132 L386 486 Q316 510 240 510")
    s.half("M240 124 L308 124 L312 158 L240 158", s.shade)
    for x, foot in ((252, 272), (272, 312), (290, 350)):
        s.pair(f"M{x} 158 L{foot} {510 - (foot - 240) // 12}")
    s.stroke("M240 158 L240 510")


def dress(s: Sketch) -> None:
    """A dress with short sleeves."""
    s.half(
        "M240 168 C262 166 282 148 288 112 L326 122 C356 132 372 166 380 206 L338 222 L326 196 "
        "C322 236 306 262 300 292 C330 360 358 440 374 516 Q308 540 240 540"
    )
    s.half("M240 284 L302 278 L302 300 L240 306", s.shade)
    s.pair("M262 306 C276 380 290 460 296 532")
    s.pair("M284 304 C308 380 330 450 342 526")
    s.stroke("M240 306 L240 540")
    s.buttons(240, 196, 226, 256)
