"""How good recommendations are on what the shop's customers really did next."""
