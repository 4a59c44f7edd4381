"""Reading lists: of a person, and of a server."""
