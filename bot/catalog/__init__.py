"""The SQLite file of papers: schema, merging, reading."""
