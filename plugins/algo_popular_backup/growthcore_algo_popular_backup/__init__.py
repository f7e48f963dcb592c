"""Recommends what is popular now."""
