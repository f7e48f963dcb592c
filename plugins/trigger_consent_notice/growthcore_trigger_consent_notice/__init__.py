"""Triggers: the notices about consent that the law asks for."""
