"""Holds campaign messages during the shop's quiet hours."""
