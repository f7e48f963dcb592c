"""A segment condition on being in another segment."""
