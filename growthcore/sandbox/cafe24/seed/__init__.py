"""What is in the mall at first; always the same for the same seed and time.

Addresses and numbers are nobody's: mail domains of RFC 2606, telephone numbers that begin with 010-0.
"""
