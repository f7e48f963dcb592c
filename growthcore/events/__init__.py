"""Events: the vocabulary, taking them in, and what is folded from them (carts, orders)."""
