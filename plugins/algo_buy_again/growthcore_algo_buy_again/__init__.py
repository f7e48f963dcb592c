"""Recommends what a customer keeps buying."""
