"""`/daily` and its buttons."""
