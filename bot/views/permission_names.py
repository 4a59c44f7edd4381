"""Discord's permissions by the names that its settings show."""

from __future__ import annotations

from collections.abc import Iterable

NAMES = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "create_public_threads": "Create Public Threads",
    "read_message_history": "Read Message History",
    "mention_everyone": "Mention @everyone, @here, and All Roles",
    "manage_threads": "Manage Threads",
    "manage_messages": "Manage Messages",
    "manage_guild": "Manage Server",
}
FORUM_NAMES = {"send_messages": "Create Posts"}


def named(permissions: Iterable[str], *, forum: bool = False) -> str:
    """`**View Channel**, **Send Messages**`, of the permissions' API names."""
    names = NAMES | (FORUM_NAMES if forum else {})
    return ", ".join(f"**{names.get(each, each.replace('_', ' ').title())}**" for each in permissions)
