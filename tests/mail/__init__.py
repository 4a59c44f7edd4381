"""Mails: what is in them, and how they get there."""
