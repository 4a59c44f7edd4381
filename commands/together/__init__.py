"""What the members of a server do with papers together."""
