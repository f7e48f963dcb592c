"""What the plugin is, and what it offers."""

from growthcore.api import Category, Manifest, Text, hookimpl
from growthcore_wishlist.algorithm import MostWished
from growthcore_wishlist.condition import Wished
from growthcore_wishlist.trigger import WishWaits

MANIFEST = Manifest(
    name="wishlist",
    title=Text("위시리스트", "Wish lists"),
    api=(1, 0),
    category=Category.OTHER,
    description=Text(
        "위시리스트로 대상을 고르고, 알리고, 추천합니다.",
        "Choose, remind and recommend by wish lists.",
    ),
)


@hookimpl
def growthcore_segment_conditions():
    return [Wished]


@hookimpl
def growthcore_triggers():
    return [WishWaits]


@hookimpl
def growthcore_algorithms():
    return [MostWished]
