"""A trigger: an event happens."""
