"""An AutoShardedClient that does nothing, with Paperboy's intents and caches: what a start is measured by."""

from __future__ import annotations

import os

import discord
import yarl


def main() -> None:
    discord.http.Route.BASE = os.environ["PAPERBOY_DISCORD_API"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["PAPERBOY_DISCORD_GATEWAY"])
    client = discord.AutoShardedClient(
        intents=discord.Intents(guilds=True),
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
    )
    client.run(os.environ["DISCORD_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
