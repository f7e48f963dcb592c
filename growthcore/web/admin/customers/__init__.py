"""Customers in the admin: the list, one customer as a whole, and what people change about one."""

from growthcore.web.admin.customers import changes, files, listing, profile, removal
from growthcore.web.admin.customers.area import blueprint

__all__ = ["blueprint", "changes", "files", "listing", "profile", "removal"]
