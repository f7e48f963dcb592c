"""A channel that sends e-mail through an SMTP server."""
