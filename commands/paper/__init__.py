"""`/paper` and its buttons."""
