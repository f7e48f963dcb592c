"""A segment condition on what customers consented to."""
