"""A segment condition on what is known of customers."""
