"""Figures: each module prints its own, and none fails on time. `make bench` runs them in turn."""
