"""A segment condition on how much customers bought."""
