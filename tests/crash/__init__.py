"""The unmodified bot against the stand-in Discord, killed, starved and stormed upon. `make crash` runs it."""
