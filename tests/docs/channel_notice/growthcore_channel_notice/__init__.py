"""A channel that posts messages to a service of your own."""
