"""Where papers come from: one file a source, and the updater that asks them."""
