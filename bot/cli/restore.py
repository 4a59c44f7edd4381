"""`paperboy restore`: a backup in the place of the state."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from bot.backup.archive import About, BackupError, read_about
from bot.backup.deletion_keys import KEY, keys_of
from bot.backup.deletions import CLOCKS_DIFFER, LIST, Deletion, begins, read, since, unreadable, without_key
from bot.backup.former import file_of, holds_anything
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
    _WITHOUT, is_flag=True, help="Don't ask where no such list is found, or it begins after the backup."
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
    lists = _lists(found, settings)
    unknown = "" if without_deletions else _unknown(lists, about)
    asyncio.run(_restore(settings, path, about, lists, unknown, sure=yes))


async def _restore(
    settings: Settings, path: Path, about: About, lists: Sequence[Path], unknown: str, *, sure: bool
) -> None:
    url, presence = settings.state_url, Presence(settings.state_url)
    entries, keys = _since(lists, about, settings)
    try:
        await _alone(presence)
        replaces = not sure and await holds_anything(url)
        if replaces or unknown:
            _ask(_lost(about) if replaces else "", unknown)
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
    for line in _told(restored, lists):
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


def _lists(beside: Path, settings: Settings) -> list[Path]:
    """Those that are there: a copy of a backup lies elsewhere than what the bot goes on noting."""
    found = [beside] if beside.is_file() else []
    kept = settings.backups / LIST if settings.backups else None
    if kept and kept.is_file() and not any(kept.samefile(each) for each in found):
        found.append(kept)
    return found


def _unknown(lists: Sequence[Path], about: About) -> str:
    """What of the deletions since the backup no list tells; empty where they are all there."""
    if not lists:
        return f"I found no list of deletions ({LIST}): what people had deleted since comes back."
    gap = f"{_gap(lists)} comes back." if _begin_late(lists, about) else ""
    if damaged := sum(map(unreadable, lists)):
        unread = counted(damaged, "line")
        gap = f"{gap} {unread} of the list can't be read: what those deleted comes back.".strip()
    return gap


def _begin_late(lists: Sequence[Path], about: About) -> bool:
    """Whether the lists have deletions from later than the backup on alone, or don't say from when on."""
    starts = [start for start in map(begins, lists) if start is not None]
    return bool(lists) and (not starts or min(starts) > about.made_at + CLOCKS_DIFFER)


def _gap(lists: Sequence[Path]) -> str:
    starts = [start for start in map(begins, lists) if start is not None]
    if not starts:
        return "The list of deletions doesn't say from when on it has them all: what it lacks"
    return f"The list of deletions begins at {_minute(min(starts))}: what people had deleted before then"


def _since(lists: Sequence[Path], about: About, settings: Settings) -> tuple[list[Deletion], list[bytes]]:
    secret = settings.secret.get_secret_value() if settings.secret else None
    keys = list(dict.fromkeys(key for path in lists for key in keys_of(path, secret)))
    found: list[Deletion] = []
    for path in lists:
        entries = since(list(read(path)), about.made_at, system_clock())
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


def _told(restored: Restored, lists: Sequence[Path]) -> Iterator[str]:
    about, missed = restored.about, restored.missed
    rows = counted(restored.rows, "row")
    yield f"Restored: {rows} as of {_minute(about.made_at)}, by Paperboy {about.paperboy}."
    if restored.kept_aside is not None:
        yield f"The former state couldn't be read; it is kept as {restored.kept_aside}."
    yield _of_channels(restored)
    yield _of_deletions(restored, lists)
    yield from _of_gap(restored, lists)
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


def _of_gap(restored: Restored, lists: Sequence[Path]) -> Iterator[str]:
    if _begin_late(lists, restored.about):
        yield f"{_gap(lists)} is back."
    if damaged := sum(map(unreadable, lists)):
        yield f"{counted(damaged, 'line')} of it couldn't be read: what those deleted is back."


def _named(lists: Sequence[Path]) -> str:
    return f"{lists[0].name} has it" if len(lists) == 1 else f"{' and '.join(map(str, lists))} have it"


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"


__all__: Sequence[str] = ("restore",)
