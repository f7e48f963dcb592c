"""Recommends what a customer most likely wants."""
