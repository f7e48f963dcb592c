"""Customers: profiles, the visitors they turn out to be, consent, and the suppression list."""
