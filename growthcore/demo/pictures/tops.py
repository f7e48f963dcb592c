"""What is worn above the belt."""

from __future__ import annotations

from growthcore.demo.pictures.sketch import Sketch

_SLEEVE = "L338 140 C372 152 386 186 394 238 L416 424 L370 434 L348 262"
_NECK = "M240 156 C264 156 284 146 294 126"
_HEM = "L350 462 Q296 474 240 474"


def knit(s: Sketch) -> None:
    """A knitted jumper with ribbed collar, cuffs and hem."""
    s.half(f"{_NECK} {_SLEEVE} {_HEM}")
    s.half("M240 170 C270 170 296 156 302 130 L292 122 C284 140 266 150 240 150", s.shade)
    s.half("M240 474 Q296 474 350 462 L350 490 Q296 504 240 504", s.shade)
    s.half("M416 424 L419 448 L372 458 L370 434", s.shade)
    for x in (262, 286, 310, 334):
        s.pair(f"M{x} 478 L{x} 498")
    for x in (264, 298):
        s.pair(f"M{x} 190 C{x - 10} 250 {x + 10} 310 {x} 370 C{x - 8} 410 {x + 6} 440 {x} 464")


def cardigan(s: Sketch) -> None:
    """A knitted jacket, buttoned."""
    s.half(f"M240 268 L294 126 {_SLEEVE} {_HEM}")
    s.half("M240 268 L294 126 L276 120 L240 214", s.shade)
    s.half("M240 474 Q296 474 350 462 L350 488 Q296 500 240 500", s.shade)
    s.half("M416 424 L419 446 L372 456 L370 434", s.shade)
    s.stroke("M240 268 L240 500")
    s.buttons(252, 292, 342, 392, 442)
    s.pair("M282 396 L332 392 L332 436 L282 440 Z")


def blouse(s: Sketch) -> None:
    """A soft blouse with a bow and gathered cuffs."""
    s.half(
        "M240 150 C262 148 280 142 290 126 L336 142 C378 156 410 262 410 372 "
        "C410 402 400 418 378 424 C360 400 352 330 344 262 L354 452 Q296 474 240 474"
    )
    s.half("M372 424 L372 444 L404 438 L404 410", s.shade)
    s.half("M240 162 C268 162 292 148 298 124 L288 118 C280 136 264 144 240 146", s.light)
    s.shape("M240 168 C204 148 190 172 196 188 C206 196 226 186 240 174 Z", s.light)
    s.shape("M240 168 C276 148 290 172 284 188 C274 196 254 186 240 174 Z", s.light)
    s.shape("M234 172 L218 256 L236 250 L240 176 L246 250 L264 256 L246 172 Z", s.light)
    s.stroke("M240 256 L240 474")
    s.buttons(240, 296, 346, 396, 446)


def tee(s: Sketch) -> None:
    """A T-shirt."""
    s.half(
        "M240 158 C266 158 286 146 294 126 L344 144 C378 158 398 200 410 262 L358 280 "
        "L346 236 L350 478 Q296 488 240 488"
    )
    s.half("M240 170 C272 170 296 156 303 129 L294 126 C286 146 266 158 240 158", s.shade)
    s.pair("M354 268 L406 250")
    s.pair("M348 466 Q296 477 240 477")
    s.shape("M272 226 L316 226 L316 266 Q294 280 272 266 Z", s.light)


def sweatshirt(s: Sketch) -> None:
    """A sweatshirt with wide sleeves."""
    s.half(
        "M240 154 C264 154 284 144 294 126 L344 142 C382 156 398 200 408 254 L426 414 "
        "L376 426 L352 270 L356 458 Q296 470 240 470"
    )
    s.half("M240 168 C272 168 298 154 304 129 L294 126 C284 144 264 154 240 154", s.shade)
    s.half("M240 470 Q296 470 356 458 L352 492 Q296 504 240 504", s.shade)
    s.half("M426 414 L424 442 L382 452 L376 426", s.shade)
    s.shape("M226 170 L254 170 L240 190 Z", s.shade)
    s.shape("M190 258 L290 258 L290 306 L190 306 Z", s.light)
    s.stroke("M208 282 L272 282", width=7)


def shirt(s: Sketch) -> None:
    """A shirt with collar and breast pocket."""
    s.half(f"M240 160 L286 124 {_SLEEVE} L352 470 C330 492 286 500 240 488")
    s.half("M240 164 L284 116 L306 142 L272 196 Z", s.light)
    s.stroke("M240 164 L240 488")
    s.buttons(240, 214, 264, 314, 364, 414, 460)
    s.shape("M274 238 L326 238 L326 286 L300 298 L274 286 Z", s.light)
    s.pair("M412 396 L366 406")
    s.pair("M330 142 C338 190 342 230 348 262")


def coat(s: Sketch) -> None:
    """A long coat."""
    _long(s, "M240 276 L288 112", belt=False)


def trench(s: Sketch) -> None:
    """A trench coat with flaps and a belt."""
    _long(s, "M240 262 L288 112", belt=True)
    s.pair("M292 128 L346 150 L340 214 Q310 232 276 214")
    s.pair("M336 120 L318 144")


def padding(s: Sketch) -> None:
    """A quilted jacket."""
    s.half(
        "M240 122 L284 118 L352 140 C394 156 410 210 418 270 L428 404 Q404 424 376 414 L362 278 "
        "L366 456 Q300 476 240 470"
    )
    s.half("M240 88 C268 88 288 94 292 118 C278 132 260 134 240 134", s.shade)
    for y in (186, 238, 290, 342, 394):
        s.pair(f"M240 {y} Q300 {y + 16} 360 {y - 4}")
    for y in (232, 284, 336, 388):
        s.pair(f"M368 {y} Q392 {y + 10} {414 + (y - 232) // 14} {y - 10}")
    s.half("M240 470 Q300 476 366 456 L362 482 Q300 498 240 494", s.shade)
    s.stroke("M240 92 L240 494", width=5)


def blazer(s: Sketch) -> None:
    """A tailored jacket."""
    s.half(f"M240 330 L286 118 {_SLEEVE} L358 476 C322 500 282 500 240 472")
    s.half("M240 336 L262 160 L284 112 L308 136 L302 196 L322 208 Z", s.shade)
    s.stroke("M240 336 L240 472")
    s.buttons(228, 356, 408)
    s.pair("M282 400 L338 394 L338 412 L282 418 Z")
    s.pair("M404 380 L406 412")
    s.stroke("M288 240 L324 234")


def _long(s: Sketch, neck: str, *, belt: bool) -> None:
    s.half(
        f"{neck} L336 132 C372 144 384 182 392 230 L412 400 L366 410 L346 264 L348 320 "
        "L374 530 Q300 546 240 538"
    )
    s.half("M240 282 L258 170 L284 104 L312 132 L300 204 L318 216 Z", s.shade)
    s.stroke("M240 282 L240 538")
    if belt:
        s.half("M240 320 L349 312 L351 340 L240 348", s.shade)
        s.shape("M218 312 L262 312 L262 354 L218 354 Z", s.light)
        s.buttons(212, 292, 392, 442)
        s.buttons(268, 292, 392, 442)
    else:
        s.buttons(226, 306, 366, 426)
    s.pair("M288 392 L340 384 L342 404 L290 412 Z")
    s.pair("M408 366 L362 376")
