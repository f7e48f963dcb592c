"""Members, products, orders and carts of a Cafe24 mall."""
