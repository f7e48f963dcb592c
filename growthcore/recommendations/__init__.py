"""Recommendations: learnt from interactions, answered with what the shop can sell now."""
