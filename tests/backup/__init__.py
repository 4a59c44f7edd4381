"""Backups of both databases, taken while others write, and put back into either."""
