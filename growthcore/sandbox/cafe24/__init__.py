"""A stand-in of one Cafe24 mall: its Admin API, OAuth, SMS, webhooks and a shop that lives.

After the pages of developers.cafe24.com (API version 2026-03-01). What those pages leave open is a
setting of :class:`Cafe24Settings`.
"""

from growthcore.sandbox.cafe24.app import Cafe24, create
from growthcore.sandbox.cafe24.launch import accepts_launch, signed_launch
from growthcore.sandbox.cafe24.settings import Cafe24Settings

__all__ = ["Cafe24", "Cafe24Settings", "accepts_launch", "create", "signed_launch"]
