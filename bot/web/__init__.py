"""What is served over HTTP: pages and feeds for readers, and how the bot is for operators."""
