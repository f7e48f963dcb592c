"""Rules of recommendations: IF a product is so, THEN it is left out, put forward or held in a place."""
