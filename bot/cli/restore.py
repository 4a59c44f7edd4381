"""`paperboy restore`: a backup in the place of the state."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import click

from bot.backup.archive import About, BackupError, read_about
from bot.backup.coverage import Gap, gone_on, spans, uncovered
from bot.backup.deletion_keys import KEY, keys_of
from bot.backup.deletions import LIST, Deletion, read, refuse_no_list, since, unreadable, without_key
from bot.backup.former import file_of, former_sign, holds_anything
from bot.backup.restoring import ReadChannels, Restored
from bot.backup.restoring import restore as put_back
from bot.clock import system_clock
from bot.connection.client import point_at
from bot.connection.own_posts import read_channels
from bot.settings import Settings, load_settings
from bot.state.failures import is_failure, unusable
from bot.state.presence import Presence
from bot.views.markdown import counted

_WITHOUT = "--without-deletions"


@click.command(short_help="Put a backup in the place of the state.")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--deletions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"The list of what was deleted since.  [default: {LIST} beside the backup]",
)
@click.option(
    _WITHOUT,
    is_flag=True,
    help="Don't ask where no such list is found, or it has a gap since the backup.",
)
@click.option("--yes", is_flag=True, help="Don't ask before the state is replaced.")
def restore(path: Path, deletions: Path | None, without_deletions: bool, yes: bool) -> None:
    """Put the backup FILE in the place of the state, while no bot runs.

    What was due since the backup was missed, and nothing is caught up; what channels got meanwhile is read
    back from Discord, and what people had deleted meanwhile is deleted again. A state of SQLite goes into
    PostgreSQL, and back.
    """
    settings, path = load_settings(), path.expanduser()
    about = read_about(path)
    found = deletions.expanduser() if deletions else path.absolute().with_name(LIST)
    if deletions and not found.is_file():
        what = "is a folder" if found.is_dir() else "isn't there"
        raise BackupError(f"{found} {what}: name the list that lies beside the backups.")
    if deletions:
        refuse_no_list(found)
    lists = _lists(found, settings)
    asyncio.run(_restore(settings, path, about, lists, accepted=without_deletions, sure=yes))


async def _restore(
    settings: Settings, path: Path, about: About, lists: Sequence[Path], *, accepted: bool, sure: bool
) -> None:
    url, presence = settings.state_url, Presence(settings.state_url)
    _since(lists, about, settings)  # what stops it is said before anything is asked
    try:
        await _alone(presence)
        lacking = _lacking(lists, about, _own(settings), await former_sign(url))
        unknown = "" if accepted else " ".join(f"{each} comes back." for each in lacking)
        replaces = not sure and await holds_anything(url)
        if replaces or unknown:
            _ask(_lost(about) if replaces else "", unknown)
        entries, keys = _since(lists, about, settings)
        restored = await put_back(
            path,
            url,
            aside=file_of(url) or settings.data / "state.db",
            clock=system_clock,
            catalog=settings.catalog,
            deletions=entries,
            keys=keys,
            read_channels=_reader(settings),
        )
    finally:
        await presence.end()
    for line in _told(restored, lists, lacking):
        click.echo(line)


def _lost(about: About) -> str:
    return f"The state holds something, which the backup of {_minute(about.made_at)} replaces for good."


def _ask(lost: str, unknown: str) -> None:
    """Before anything is lost, or comes back, for good. Aborts where the answer is no."""
    question = " ".join(filter(None, (lost, unknown, "Go on?")))
    if sys.stdin.isatty():
        click.confirm(question, abort=True)
        return
    answer = sys.stdin.readline().strip().lower()
    if not answer:
        # There is nobody to give one.
        mend = [f"Name the list with `--deletions FILE`, or add `{_WITHOUT}`."] if unknown else []
        mend += ["Add `--yes` to replace it."] if lost else []
        raise BackupError(" ".join(filter(None, (lost, unknown, *mend))))
    click.echo(f"{question} [y/N]: {answer}")
    if answer not in ("y", "yes"):
        raise click.Abort


async def _alone(presence: Presence) -> None:
    try:
        await presence.begin_alone()
    except Exception as error:
        if not is_failure(error):
            raise
        raise unusable(error) from error


def _own(settings: Settings) -> Path | None:
    """The list that a bot with these settings goes on with."""
    return settings.backups / LIST if settings.backups else None


def _lists(beside: Path, settings: Settings) -> list[Path]:
    """Those that are there: a copy of a backup lies elsewhere than what the bot goes on noting."""
    found, own = [beside] if beside.is_file() else [], _own(settings)
    if own and own.is_file() and not any(own.samefile(each) for each in found):
        found.append(own)
    return found


def _lacking(lists: Sequence[Path], about: About, own: Path | None, known: datetime | None) -> list[str]:
    """What of the deletions since the backup no list tells: what each sentence names comes back.

    `known` is the last sign in a list that the state had seen which is replaced.
    """
    if not lists:
        return [f"I found no list of deletions ({LIST}): what people had deleted since"]
    now = system_clock()
    found = {path: spans(read(path)) for path in lists}
    for path in lists:
        if own is not None and own.is_file() and path.samefile(own):
            found[path] = gone_on(found[path], known, now)
    together = [span for each in found.values() for span in each]
    lacking = []
    if not together:
        lacking.append("The list of deletions doesn't say from when on it has them all: what it lacks")
    elif gaps := uncovered(together, about.made_at, about.listed_until, now):
        lacking.append(_gap(gaps, now))
    if damaged := sum(map(unreadable, lists)):
        lacking.append(f"{counted(damaged, 'line')} of the list can't be read: what those deleted")
    return lacking


def _gap(gaps: Sequence[Gap], now: datetime) -> str:
    if gaps[0][0] > now:
        return (
            f"The backup is of {_minute(gaps[0][0])}, which is still to come: a clock was wrong, so I can't "
            "tell whether the list of deletions has all since. What it lacks"
        )
    times = " and ".join(
        f"from {_minute(start)} until {'now' if end == now else _minute(end)} ({_length(end - start)})"
        for start, end in gaps
    )
    found = "gaps" if len(gaps) > 1 else "a gap"
    return f"The list of deletions has {found} {times}: what people had deleted then"


def _length(time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    if minutes < 120:
        return counted(minutes, "minute") if minutes else "less than a minute"
    return counted(minutes // 60, "hour") if minutes < 48 * 60 else counted(minutes // 1440, "day")


def _since(lists: Sequence[Path], about: About, settings: Settings) -> tuple[list[Deletion], list[bytes]]:
    secret = settings.secret.get_secret_value() if settings.secret else None
    keys = list(dict.fromkeys(key for path in lists for key in keys_of(path, secret)))
    found: list[Deletion] = []
    for path in lists:
        entries = since(read(path), about.made_at, system_clock(), about.listed_until)
        if missing := without_key(entries, keys):
            raise _refused(path, missing)
        found += entries
    # Of a paper that was taken out and let back the last word counts, in whichever list it is.
    return (sorted(dict.fromkeys(found), key=lambda each: each.at) if len(lists) > 1 else found), keys


def _refused(listed: Path, missing: Iterable[str]) -> BackupError:
    lines = " and ".join(f'"key": "{name}"' for name in sorted(missing))
    return BackupError(
        f"In {listed} the lines with {lines} were written with another PAPERBOY_SECRET or {KEY}, so I "
        f"can't tell whose data was deleted: lay a file {KEY}.old (or .older) that holds it beside the "
        "list. Where it is lost, take those lines out of the list: what they deleted comes back."
    )


def _reader(settings: Settings) -> ReadChannels | None:
    token = settings.token.get_secret_value().strip() if settings.token else ""
    if not token:
        return None
    point_at(settings.discord_api, settings.discord_gateway)
    return partial(read_channels, settings, token)


def _told(restored: Restored, lists: Sequence[Path], lacking: Sequence[str]) -> Iterator[str]:
    about, missed = restored.about, restored.missed
    rows = counted(restored.rows, "row")
    yield f"Restored: {rows} as of {_minute(about.made_at)}, by Paperboy {about.paperboy}."
    if restored.kept_aside is not None:
        yield f"The former state couldn't be read; it is kept as {restored.kept_aside}."
    yield _of_channels(restored)
    yield _of_deletions(restored, lists)
    yield from (f"{each} is back." for each in lacking if lists)
    yield (
        f"Missed, and not caught up: {counted(missed.posts, 'daily paper')} due since, "
        f"{counted(missed.under_way, 'message')} under way then."
    )
    yield f"Follows begin now: {counted(missed.untold, 'new paper')} from before won't be told of."
    yield (
        f"Mails begin now: {counted(missed.mails, 'mail')} due since won't come, and the next bring what "
        "is new from now on."
    )
    yield (
        "What was set up since is gone: whoever gave an address since asks again with `/inbox email`, and "
        "secret feed addresses made since with `/daily rss` have to be made anew."
    )


def _of_channels(restored: Restored) -> str:
    if restored.channels is None:
        return (
            "I didn't read the channels, since DISCORD_TOKEN isn't set: "
            "a paper that one got since may come again."
        )
    channels, got = counted(restored.channels, "channel"), counted(restored.papers, "paper")
    read = f"Read back from {channels}: {got} that came since."
    if restored.unread:
        unread = counted(restored.unread, "channel")
        read += f" {unread} couldn't be read: a paper may come again there."
    return read


def _of_deletions(restored: Restored, lists: Sequence[Path]) -> str:
    if not lists:
        return (
            f"I found no list of deletions ({LIST}): what people had deleted since is back. Restore again "
            "with `--deletions FILE` if there is one."
        )
    again = restored.again
    people = "1 person" if again.people == 1 else f"{again.people:,} people"
    mails, papers = counted(again.mails, "subscription"), counted(again.papers, "paper")
    feeds = "1 feed address" if again.feed_addresses == 1 else f"{again.feed_addresses:,} feed addresses"
    return f"Deleted again, as {_named(lists)}: the data of {people}, {mails}, {feeds}, {papers}."


def _named(lists: Sequence[Path]) -> str:
    return f"{lists[0].name} has it" if len(lists) == 1 else f"{' and '.join(map(str, lists))} have it"


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"


__all__: Sequence[str] = ("restore",)
