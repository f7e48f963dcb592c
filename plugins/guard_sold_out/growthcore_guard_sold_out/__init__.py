"""Holds back messages about carts that cannot be bought any more."""
