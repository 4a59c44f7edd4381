"""Paperboy: a Discord bot for people who read research papers together."""

__version__ = "0.1.0"
