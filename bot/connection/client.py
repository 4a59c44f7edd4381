"""The Discord connection and its wiring, nothing else."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import discord
import yarl

from bot.backup.kept import deletions_of, noted_as
from bot.connection.direct_sender import DirectSender
from bot.connection.gateway import Beginnings, use_gateway
from bot.connection.greeter import Greeter
from bot.connection.interactions import name_commands
from bot.connection.rest_budget import LONGEST_SLEEP, RestBudget, share_of_budget
from bot.connection.sender import DiscordSender
from bot.daily.service import DailyService
from bot.inbox.inbox_service import InboxService
from bot.mail.mail_service import MailService
from bot.services import Services
from bot.state.ended import FEED_ADDRESS
from bot.state.synced import Synced
from bot.views.page_links import PageLinks
from commands import BUTTONS, COMMANDS
from commands.answering.coming import came
from commands.answering.origin import MADE_BY
from commands.answering.presses import Press
from commands.answering.tree import Tree

log = logging.getLogger(__name__)


def point_at(api: str | None, gateway: str | None) -> None:
    """Speak to Discord at other addresses, for the rest of this process; None leaves the usual one."""
    if api is not None:
        discord.http.Route.BASE = api.rstrip("/")
    if gateway is not None:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)


def command_definitions() -> tuple[set[tuple[str, int]], str]:
    """The commands that Discord is given: the name and the kind of each, and the digest of all of them."""
    tree = Tree(discord.Client(intents=discord.Intents(guilds=True)))
    for command in COMMANDS:
        tree.add_command(command)
    named = {
        (command.name, command.type.value if isinstance(command, discord.app_commands.ContextMenu) else 1)
        for command in tree.get_commands()
    }
    return named, tree.digest()


class PaperboyClient(discord.AutoShardedClient):
    """One process's connection: `guilds` is the only intent, nothing is cached that is not needed."""

    def __init__(
        self, services: Services, *, shard_count: int | None = None, shard_ids: list[int] | None = None
    ) -> None:
        # Paperboy speaks in text alone: what voice would need is nobody's concern.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        shards: dict[str, Any] = {"shard_ids": shard_ids} if shard_ids else {}
        rate = services.settings.requests_per_second or share_of_budget(shard_ids, shard_count)
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            shard_count=shard_count,
            http_trace=RestBudget(rate, services.figures).trace(),
            max_ratelimit_timeout=LONGEST_SLEEP,
            **shards,
        )
        use_gateway()
        self._beginnings = Beginnings()
        self.services = services
        owner = f"shards {','.join(map(str, shard_ids))} of {shard_count}" if shard_ids else "all shards"
        self.daily = DailyService(
            library=services.library,
            store=services.store,
            clock=services.clock,
            sender=DiscordSender(self, named=lambda: self.tree.named),
            owner=owner,
            figures=services.figures,
            address_ended=noted_as(FEED_ADDRESS, deletions_of(services.settings, services.clock)),
        )
        self.inbox = InboxService(
            library=services.library,
            store=services.store,
            clock=self.daily.clock,
            sender=DirectSender(self, named=lambda: self.tree.named),
            outage=self.daily.outage,
            owner=owner,
            figures=services.figures,
        )
        self.mail = MailService(
            settings=services.settings,
            library=services.library,
            store=services.store,
            clock=self.daily.clock,
            inboxes=self.inbox.inboxes,
            followings=self.inbox.followings,
            outage=self.daily.outage,
            owner=owner,
            figures=services.figures,
        )
        self.buttons = BUTTONS
        address = services.settings.public_url
        self.tree = Tree(self, PageLinks.at(address) if address else None)
        for command in COMMANDS:
            self.tree.add_command(command)
        self.add_dynamic_items(Press)
        self.greeter = Greeter(services.greetings, lambda: self.tree.named)
        name_commands(self, MADE_BY)

    async def log_in(self, token: str) -> None:
        """As `login`, and can be called again where that failed."""
        try:
            await self.login(token)
        except Exception:
            # The next try makes a session of its own, and needs a connector that is open.
            await self.http.close()
            self.http.connector = discord.utils.MISSING
            raise

    async def setup_hook(self) -> None:
        """After the login and before the gateway; the state is migrated by then."""
        await self.services.greetings.begin()
        await self.services.restore_added()
        await self._sync_commands()
        self.daily.dispatcher.start()
        self.inbox.start()
        self.mail.start()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait before a shard identifies itself again, so that a day's sessions last for the day."""
        wait = self._beginnings.next_wait(shard_id, asyncio.get_running_loop().time())
        if not initial:
            await asyncio.sleep(wait)

    async def close(self) -> None:
        """Let the posts under way end, then close the connection."""
        await asyncio.gather(
            self.daily.dispatcher.close(), self.inbox.close(), self.mail.close(), self.tree.votes.close()
        )
        await super().close()

    async def on_app_command_completion(self, interaction: discord.Interaction[Any], _: object) -> None:
        """A command has been answered: whoever asked is there. Presses see to that themselves."""
        await came(interaction)

    # Servers and channels that come and go. An unavailable server is no removal: discord.py keeps that apart.

    async def on_shard_ready(self, shard_id: int) -> None:
        """Notice what came and went while the bot was off. Discord may say "ready" again at any time."""
        present = {guild.id for guild in self.guilds if guild.shard_id == shard_id}
        shards = self.shard_count or 1
        await self.daily.upkeep.compare(present, lambda guild_id: (guild_id >> 22) % shards == shard_id)
        self.daily.dispatcher.wake()
        await self.greeter.greet([guild for guild in self.guilds if guild.shard_id == shard_id])

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """A server took the bot, perhaps back: its feeds go on, and it is said hello to."""
        await self.daily.upkeep.guild_joined(guild.id)
        self.daily.dispatcher.wake()
        await self.greeter.greet([guild])

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """A server removed the bot: its feeds stop, and are kept for a while."""
        await self.daily.upkeep.guild_left(guild.id)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Feeds of a channel that is gone stop, and are kept for a while."""
        await self.daily.upkeep.channel_deleted(channel.id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """The same for a thread."""
        await self.daily.upkeep.channel_deleted(payload.thread_id)

    async def _sync_commands(self) -> None:
        """Give Discord our commands where their definition changed since it last got them."""
        if self.application_id is None:
            return
        synced, digest = self.services.synced, self.tree.digest()
        known = await synced.of(self.application_id)
        if known is not None and known.digest == digest:
            ids = known.ids or await self._ids_of_commands()
        else:
            try:
                ids = {command.name: command.id for command in await self.tree.sync()}
            except discord.HTTPException as error:
                if error.status == 429 or error.status >= 500:
                    raise  # whoever logs in tries again
                log.error("Discord did not take the commands; they stay as they were: %s", error)
                return
            log.debug("Commands were given to Discord.")
        if known is None or known != Synced(digest, ids):
            await synced.keep(self.application_id, digest, ids)
        self.tree.use_ids(ids)

    async def _ids_of_commands(self) -> dict[str, int]:
        """For mentions, which can wait: nothing where Discord does not tell."""
        try:
            return {command.name: command.id for command in await self.tree.fetch_commands()}
        except discord.HTTPException as error:
            log.warning("The commands' ids could not be fetched, so messages name them in bold: %s", error)
            return {}
