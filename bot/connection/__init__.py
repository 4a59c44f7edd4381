"""Discord's wire: the client, the sender, the REST budget, and every use of what discord.py keeps private."""
