"""From what was typed to papers: query language, engine, suggestions, passages."""
