"""Whether all that a bot needs is well: one file a family of checks."""
