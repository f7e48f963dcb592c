"""The catalogue: products and the categories they hang in."""
