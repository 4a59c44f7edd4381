"""Which papers a channel gets."""
