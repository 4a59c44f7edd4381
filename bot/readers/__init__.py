"""Readers and what they keep: data that needs no database."""
