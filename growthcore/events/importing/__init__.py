"""Files of customers, products and events: read, checked and stored, resumable and in bounded memory."""
