"""The demo: a Korean fashion shop that the project makes itself, with a past and a shop front.

Everything it holds went in the way a real shop's data does: by the services for customers, products,
events and campaigns, through the sandbox SMTP server. Nothing in it is anybody's.
"""
