"""Claim, send, mark: how a delivery gets to its end exactly once."""
