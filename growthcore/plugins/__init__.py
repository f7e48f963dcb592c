"""Plugins: found, isolated, configured, and asked."""
