"""Reasons as sentences, for a server's admin."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.reasons import Code, Reason
from bot.views.markdown import escape
from bot.views.permission_names import named

_LONGEST_QUOTE = 300

_SENTENCES: Mapping[str, str] = {
    Code.FEED_REMOVED: "The daily paper was removed before this post went out.",
    Code.FEED_STOPPED: "The daily paper was stopped before this post went out.",
    Code.TOO_LATE: "By the time I could send it, it was too late for this post.",
    Code.MISSED: "I was not running when this post was due, and afterwards it was too late for it.",
    Code.INTERRUPTED: "I was interrupted while sending it.",
    Code.NOTHING_NEW: "This channel has already seen every match.",
    Code.PAPER_GONE: "The paper I had chosen was hidden or taken out of the catalog before I posted it.",
    Code.PAPER_NOT_HERE: "My catalog doesn't have the paper at the moment.",
    Code.QUARANTINED: "Discord doesn't let me open direct messages for now: the bot's operator has to see "
    "to it.",
    Code.LEFT_SERVER: "You aren't in the server of your thread anymore: choose another place with "
    "`/inbox settings`.",
    Code.PAUSED_BY_ADMIN: "An admin paused it.",
    Code.NEWER_VERSION: "A newer version of me set this up, and I can't read it: `/daily edit` it, "
    "or ask the bot's operator to update me.",
    Code.BUG: "Something went wrong on my side, and I've told the bot's operator. "
    "`/daily resume` tries again; `/daily edit` may help too.",
    Code.CHANNEL_GONE: "The channel doesn't exist anymore.",
    Code.SERVER_GONE: "I'm not in the server anymore.",
    Code.CHANNEL_HIDDEN: "I can't see the channel: give me **View Channel** there.",
    Code.WRONG_CHANNEL_TYPE: "The channel is of another type now: `/daily edit` and choose it again.",
    Code.TAG_REQUIRED: "The forum needs a tag on each post: choose one with `/daily edit`.",
    Code.TAG_GONE: "The forum doesn't have the chosen tag anymore: choose another with `/daily edit`.",
    Code.TOO_MANY_THREADS: "The server has as many threads as Discord allows.",
    Code.TOO_MANY_OPEN_THREADS: "The server has as many open threads as Discord allows: close some.",
    Code.THREAD_ARCHIVED: "The thread is archived and locked: unlock it, or choose another channel with "
    "`/daily edit`.",
    Code.THREAD_LOCKED: "The thread is locked: unlock it, or choose another channel with `/daily edit`.",
    Code.PUBLISH_LIMIT: "Discord lets a channel publish ten messages an hour, and that is used up.",
    Code.SEARCH_TOO_LONG: "Too much was written there since for me to look for it.",
    Code.ASKED_TO_WAIT: "Discord asked me to wait.",
    Code.TOKEN_REJECTED: "Discord rejected the bot's token: its operator has to look at that.",
    Code.BLOCKED: "Something between me and Discord blocks the way.",
    Code.UNREACHABLE: "I can't reach Discord.",
    Code.CONNECTION_BROKE: "The connection to Discord broke.",
    Code.NO_ANSWER: "Discord didn't answer in time.",
    Code.NOT_CONNECTED: "I'm not connected to Discord yet.",
    Code.DIRECT_MESSAGES_FULL: "I've opened as many direct messages as Discord allows for now.",
    Code.DIRECT_MESSAGES_CLOSED: "Your direct messages are closed to me.",
    Code.TAKEN_OVER: "Another process of mine took it over.",
    Code.MAIL_SERVER_AWAY: "My own mail server doesn't take mail right now.",
    Code.MAIL_LOST: "The connection to the mail server broke while I was sending it.",
    Code.ADDRESS_UNREADABLE: "I can't read the address anymore: the bot's operator has changed the key. "
    "Give it to me again with `/inbox email`.",
}


def sentence(reason: Reason) -> str:
    """One or two sentences, escaped for Discord."""
    if reason.code in _SENTENCES:
        return _SENTENCES[reason.code]
    write = _WRITTEN.get(reason.code)
    return (
        write(reason) if write else f"It stopped for a reason that I don't know yet ({escape(reason.code)})."
    )


def _perhaps_arrived(reason: Reason) -> str:
    why = f" {sentence(reason.because)}" if reason.because else ""
    return f"I don't know whether this post arrived, so I didn't send it again.{why}"


def _unknown_zone(reason: Reason) -> str:
    zone = escape(str(reason.params.get("zone", "")))
    return f"I don't know the time zone “{zone}”: choose another with `/daily edit`."


def _lacks_permission(reason: Reason) -> str:
    names = [each for each in str(reason.params.get("permissions", "")).split(",") if each]
    if not names:
        return "I need a permission in the channel. `/daily edit` shows which."
    return f"I need {named(names, forum=bool(reason.params.get('forum')))} in the channel."


def _timed_out(reason: Reason) -> str:
    until = reason.params.get("until")
    when = f" until <t:{until}:f>" if isinstance(until, int) and until else ""
    return f"A moderator put me in time-out{when}: end it, then `/daily resume`."


def _refused(reason: Reason) -> str:
    text = " ".join(str(reason.params.get("text", "")).split())
    said = escape(text[:_LONGEST_QUOTE]) or str(reason.params.get("status", "no reason given"))
    return f"Discord refused it: {said}"


def _mail_refused(reason: Reason) -> str:
    return f"The mail server won't take mail for that address{_quoted(reason)}"


def _mail_later(reason: Reason) -> str:
    return f"The mail server asked me to try again later{_quoted(reason)}"


def _mail_given_up(reason: Reason) -> str:
    days = reason.params.get("days", "several")
    said = f" The mail server last said{_quoted(reason)}" if reason.params.get("text") else ""
    return f"No mail got through to that address for {days} days, so I stopped.{said}"


def _quoted(reason: Reason) -> str:
    text = " ".join(str(reason.params.get("text", "")).split())
    return f": “{escape(text[:_LONGEST_QUOTE])}”." if text else "."


def _discord_fails(reason: Reason) -> str:
    return f"Discord has trouble (it answered {reason.params.get('status', 'an error')})."


def _said(reason: Reason) -> str:
    return str(reason.params.get("text", ""))


_WRITTEN: Mapping[str, Callable[[Reason], str]] = {
    Code.PERHAPS_ARRIVED: _perhaps_arrived,
    Code.UNKNOWN_ZONE: _unknown_zone,
    Code.LACKS_PERMISSION: _lacks_permission,
    Code.TIMED_OUT: _timed_out,
    Code.REFUSED: _refused,
    Code.DISCORD_FAILS: _discord_fails,
    Code.SAID: _said,
    Code.MAIL_REFUSED: _mail_refused,
    Code.MAIL_LATER: _mail_later,
    Code.MAIL_GIVEN_UP: _mail_given_up,
}
