"""Recommends what somebody looked at last."""
