"""Which contents to show beside a product, for a search, or on the main page."""
