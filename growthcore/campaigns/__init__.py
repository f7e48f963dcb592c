"""Campaigns: what is said to whom, when; versions, lifecycle, enrolment."""
