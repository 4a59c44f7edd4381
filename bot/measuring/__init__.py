"""What is measured of a running process, in plain numbers that anything may add to and an exporter reads."""
