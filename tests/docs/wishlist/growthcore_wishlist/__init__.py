"""Wish lists: a condition, a trigger and an algorithm."""
