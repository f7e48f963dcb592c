"""Bags, shoes, caps and scarves."""

from __future__ import annotations

from growthcore.demo.pictures.sketch import Sketch


def tote(s: Sketch) -> None:
    """A bag with two handles."""
    s.floor = 514
    s.stroke("M172 268 C172 120 308 120 308 268", width=12)
    s.stroke("M186 268 C186 146 294 146 294 268", s.body, 6)
    s.half("M240 262 L352 262 L372 482 Q374 504 352 504 L240 504")
    s.half("M240 262 L352 262 L355 292 L240 292", s.shade)
    s.shape("M204 332 L276 332 L276 388 L204 388 Z", s.light)
    s.stroke("M220 360 L260 360", width=4)
    s.pair("M322 292 L330 504")
    s.buttons(172, 278)
    s.buttons(308, 278)


def shoulder(s: Sketch) -> None:
    """A small bag with a long strap."""
    s.floor = 490
    s.stroke("M126 318 C150 90 330 90 354 318", width=10)
    s.stroke("M126 318 C150 90 330 90 354 318", s.light, 4)
    s.half("M240 300 L356 300 C384 330 384 420 352 466 Q340 478 240 478")
    s.half("M240 300 L356 300 C372 330 362 372 330 392 Q290 408 240 408", s.shade)
    s.shape("M220 392 L260 392 L260 426 L220 426 Z", s.light)
    s.buttons(240, 409)


def sneakers(s: Sketch) -> None:
    """A low shoe with laces."""
    s.floor = 494
    s.shape(
        "M96 322 C98 296 112 288 128 296 C150 312 176 310 198 296 L286 370 C330 384 372 390 390 416 "
        "C396 432 396 444 392 452 L96 452 Z"
    )
    s.shape("M88 448 L398 448 Q404 482 380 486 L104 486 Q86 482 88 448 Z", "#f5f3ef")
    s.shape(
        "M300 376 C340 386 380 396 392 430 L392 448 L322 448 C330 416 322 394 300 376 Z", s.shade
    )
    s.shape("M98 322 C120 330 132 350 132 448 L96 448 Z", s.shade)
    for x, y in ((208, 306), (228, 323), (248, 340), (268, 357)):
        s.stroke(f"M{x} {y} L{x - 26} {y + 30}", s.line, 8)
        s.stroke(f"M{x} {y} L{x - 26} {y + 30}", "#f8f6f2", 4)
    s.stroke("M160 440 C190 400 226 396 262 410 L286 440", s.light, 8)
    s.stroke("M100 466 L392 466", width=2)


def loafers(s: Sketch) -> None:
    """A slip-on leather shoe."""
    s.floor = 496
    s.shape(
        "M92 356 C108 336 132 336 148 350 C182 376 214 372 236 356 C258 372 306 376 350 392 "
        "C384 404 398 426 396 452 L92 452 Z"
    )
    s.shape(
        "M236 356 C262 372 306 378 344 392 C316 414 268 420 222 408 C214 388 220 366 236 356 Z",
        s.shade,
    )
    s.shape("M210 372 C224 384 226 410 216 436 L250 436 C262 410 258 384 244 362 Z", s.light)
    s.stroke("M222 404 L252 404", width=5)
    s.shape("M88 450 L398 450 L398 468 L180 468 L176 488 L92 488 Z", s.line)


def cap(s: Sketch) -> None:
    """A baseball cap."""
    s.floor = 470
    s.shape("M110 370 C104 244 180 186 250 188 C330 190 372 256 366 352 C290 332 196 336 110 370 Z")
    s.shape(
        "M362 350 C420 352 452 380 452 396 C420 402 330 398 262 404 C200 408 144 410 112 392 "
        "L110 370 C196 336 290 332 362 350 Z",
        s.shade,
    )
    s.stroke("M250 188 C226 240 220 290 222 344")
    s.stroke("M250 188 C296 220 314 280 314 338")
    s.stroke("M250 188 C180 218 150 290 148 356")
    s.shape("M238 188 C240 176 262 176 264 188 Z", s.shade)
    s.shape("M246 266 L292 266 L292 302 L246 302 Z", s.light)


def scarf(s: Sketch) -> None:
    """A scarf, knotted once."""
    s.shape("M252 270 L318 262 L348 506 L272 514 Z", s.shade)
    s.shape("M176 266 L252 270 L240 520 L164 512 Z")
    s.shape("M136 196 C160 132 320 132 344 196 C356 250 300 290 240 290 C180 290 124 250 136 196 Z")
    s.stroke("M150 214 C190 262 290 262 330 214")
    s.stroke("M164 184 C206 224 276 224 316 184")
    for y in (340, 372, 452):
        s.stroke(f"M{174 - (y - 340) // 30} {y} L{246 - (y - 340) // 30} {y + 4}", s.light, 8)
        s.stroke(f"M{264 + (y - 340) // 10} {y} L{326 + (y - 340) // 9} {y - 6}", s.light, 8)
    for x in range(168, 240, 12):
        s.stroke(f"M{x} 514 L{x - 2} 536")
    for x in range(276, 348, 12):
        s.stroke(f"M{x} 512 L{x + 3} 532")
