"""Ranking by meaning, an option: sentence vectors that reorder what the words have found.

Only the extra `paperboy[semantic]` and `paperboy embed` bring it into use; else its libraries stay away.
"""
