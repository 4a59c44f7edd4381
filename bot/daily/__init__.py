"""When a feed is due, which paper it gets, and how that is delivered exactly once."""
