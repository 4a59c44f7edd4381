"""What the bot needs in a channel, by Discord's API names: for a post, its thread and its publishing."""

from __future__ import annotations

from bot.state.feeds import ChannelKind


def to_post(kind: ChannelKind, *, pings: bool = False, moderated_tag: bool = False) -> list[str]:
    """`pings` is for a role that not everybody may mention, `moderated_tag` for one that moderators set."""
    wanted = ["view_channel", "read_message_history"]
    wanted.append("send_messages_in_threads" if kind is ChannelKind.THREAD else "send_messages")
    if kind is ChannelKind.FORUM:
        wanted.append("send_messages_in_threads")
        if moderated_tag:
            wanted.append("manage_threads")
    if pings:
        wanted.append("mention_everyone")
    return wanted


def to_open_thread() -> list[str]:
    """For the thread of a message of one's own."""
    return ["view_channel", "read_message_history", "create_public_threads"]


def to_publish() -> list[str]:
    """Of a message of one's own: others' would need Manage Messages."""
    return ["view_channel", "read_message_history", "send_messages"]
