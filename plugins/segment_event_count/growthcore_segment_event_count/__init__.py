"""A segment condition on how often customers did something."""
