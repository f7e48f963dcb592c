"""Messaging: the ledger of messages, the policy that lets them go, rendering, and dispatch."""
