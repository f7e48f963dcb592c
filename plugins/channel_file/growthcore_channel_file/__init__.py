"""A channel that writes messages to a file."""
