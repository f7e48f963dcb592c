"""A trigger: a cart was left alone."""
