"""A channel that posts each message to a system of the shop, signed."""
