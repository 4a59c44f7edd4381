"""The state in one file, and back: taken while the bot runs, and put in its place while it doesn't."""
