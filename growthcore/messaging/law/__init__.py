"""What the law asks of advertising messages: a pack of data with its sources, and what follows from it."""
