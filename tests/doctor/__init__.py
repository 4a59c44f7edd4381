"""`paperboy doctor`: it finds what is wrong, says what to do, and nothing secret."""
