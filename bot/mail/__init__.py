"""The papers by e-mail: what a mail has, how it looks, and the way to a mail server."""
