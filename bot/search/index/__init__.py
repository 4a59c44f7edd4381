"""The derived index: word lists and postings in flat arrays, rebuilt from the catalog at any time.

SQLite stays the truth. What is here makes finding fast and good: BM25F in numpy over postings, the words as
they are written for spelling, the titles in order for typing.
"""
