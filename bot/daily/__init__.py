"""The daily paper: when it is due, which one it is, and the service that has both."""
