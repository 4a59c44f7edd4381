"""One file for each kind of fault; every one is found by its `@storm`."""
