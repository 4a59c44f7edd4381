"""Papers: the models, the SQLite file that holds them, and finding them. Knows no Discord."""
