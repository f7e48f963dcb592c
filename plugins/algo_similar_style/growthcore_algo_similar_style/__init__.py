"""Recommends products that are alike."""
