"""A channel that sends SMS and LMS through a Cafe24 mall."""
