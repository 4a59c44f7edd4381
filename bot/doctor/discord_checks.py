"""The bot as Discord sees it: its token, application, sessions and commands; and its clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.connection.client import command_definitions
from bot.doctor.discord_api import DiscordApi
from bot.doctor.finding import WITHOUT_DISCORD, Finding, note, skipped, well, wrong
from bot.errors import PaperboyError
from bot.settings import Settings
from bot.state.store import Store
from bot.state.synced import SyncedCommands

_SKEW: Final = timedelta(seconds=5)
"""An interaction has to be acknowledged within three seconds of Discord's clock; its dates are whole ones."""
_FEW_SESSIONS: Final = 50
_PRIVILEGED: Final = {
    "Presence": 1 << 12 | 1 << 13,
    "Server Members": 1 << 14 | 1 << 15,
    "Message Content": 1 << 18 | 1 << 19,
}
"""Bits of an application's flags, from Discord's documentation."""


async def check_token(api: DiscordApi) -> list[Finding]:
    """Whether Discord takes it."""
    name = "token"
    if not api.token:
        return [wrong(name, "DISCORD_TOKEN is not set: put your bot's token into .env.")]
    answer = await api.me()
    if answer.status == 401:
        return [wrong(name, "Discord rejected DISCORD_TOKEN: copy it again from the developer portal.")]
    if not answer.is_well:
        return [wrong(name, f"Discord answered {answer.status}: check PAPERBOY_DISCORD_API and the network.")]
    if not answer.json.get("bot"):
        return [wrong(name, "DISCORD_TOKEN is a person's, not a bot's: copy it from the page Bot.")]
    return [well(name, f"Discord knows the bot as {answer.json['username']}.")]


async def check_application(api: DiscordApi) -> list[Finding]:
    """Its intents, and whether people can add it."""
    name = "intents"
    if await api.own_id() is None:
        return [skipped(name, WITHOUT_DISCORD)]
    answer = await api.get("/applications/@me")
    if not answer.is_well:
        return [wrong(name, f"Discord answered {answer.status} about the application: try again later.")]
    if answer.json.get("bot_require_code_grant"):
        return [
            wrong(
                name,
                "The invite link doesn't work while Requires OAuth2 Code Grant is on: switch it off on the "
                "page Bot of the developer portal.",
            )
        ]
    flags = int(answer.json.get("flags") or 0)
    if unneeded := _privileged(flags):
        listed = " and ".join(unneeded)
        return [
            note(name, f"Only `guilds` is used, so {listed} may be switched off in the developer portal.")
        ]
    return [well(name, "Only `guilds` is used, and no privileged one is switched on.")]


def _privileged(flags: int) -> list[str]:
    """Which are switched on, as a small bot has them or as one that Discord has looked at."""
    return [f"{name} Intent" for name, bits in _PRIVILEGED.items() if flags & bits]


async def check_gateway(api: DiscordApi, settings: Settings) -> list[Finding]:
    """How many sessions may begin today, and with how many shards."""
    name = "gateway"
    if await api.own_id() is None:
        return [skipped(name, WITHOUT_DISCORD)]
    answer = await api.get("/gateway/bot")
    if not answer.is_well:
        return [wrong(name, f"Discord answered {answer.status} about its gateway: try again later.")]
    limit, shards = answer.json["session_start_limit"], int(answer.json["shards"])
    left = int(limit["remaining"])
    if left < _FEW_SESSIONS:
        hours = int(limit["reset_after"]) / 3_600_000
        return [
            wrong(
                name,
                f"Only {left} sessions may begin within {hours:.0f} h, or Discord resets the token: find "
                "out why the bot starts so often.",
            )
        ]
    if settings.shard_count is not None and settings.shard_count < shards:
        told = f"Discord advises {shards} shards, and PAPERBOY_SHARD_COUNT is {settings.shard_count}."
        return [note(name, told)]
    return [well(name, f"{left:,} sessions may begin today; Discord advises {shards} shard(s).")]


async def check_commands(api: DiscordApi, store: Store | PaperboyError) -> list[Finding]:
    """Whether Discord has the commands of this version."""
    name = "commands"
    application_id = await api.own_id()
    if application_id is None:
        return [skipped(name, WITHOUT_DISCORD)]
    answer = await api.get(f"/applications/{application_id}/commands")
    if not answer.is_well:
        return [wrong(name, f"Discord answered {answer.status} about the commands: try again later.")]
    ours, digest = command_definitions()
    there = {(each["name"], each.get("type", 1)) for each in answer.json}
    missing = sorted(word for word, kind in ours - there)
    if missing:
        listed = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        return [wrong(name, f"Discord lacks {listed}: start `paperboy run`, which gives them.")]
    known = await SyncedCommands(store).of(application_id) if isinstance(store, Store) else None
    if known is not None and known.digest != digest:
        return [
            wrong(name, "Discord has those of another version: restart `paperboy run`, which gives these.")
        ]
    if more := sorted(word for word, kind in there - ours):
        return [
            wrong(name, f"Discord has {', '.join(more[:5])}, which I don't know: restart `paperboy run`.")
        ]
    return [well(name, f"Discord has all {len(ours)} of this version.")]


async def check_clock(api: DiscordApi) -> list[Finding]:
    """How far this host's is from Discord's."""
    name = "clock"
    await api.get("/gateway", anonymous=True)
    if api.skew is None:
        return [skipped(name, "Discord didn't say what time it is.")]
    seconds = api.skew.total_seconds()
    if abs(api.skew) > _SKEW:
        way = "ahead of" if seconds > 0 else "behind"
        return [
            wrong(
                name,
                f"This host's clock is {abs(seconds):.0f} s {way} Discord's: switch time synchronisation on, "
                "as with `timedatectl set-ntp true`.",
            )
        ]
    return [well(name, "This host's clock agrees with Discord's.")]
