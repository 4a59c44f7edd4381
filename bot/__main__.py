"""`python -m bot`, the same as the `paperboy` command."""

from bot.cli import main

main()
