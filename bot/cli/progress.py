"""Progress on the terminal. Where there is none, only the sentences are printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from bot.paper.harvest import Tally


@contextmanager
def file_progress(name: str, size: int) -> Iterator[Callable[[int, Tally], None]]:
    """A bar over a file's `size` in bytes; call what it gives with the position and the tally."""
    with _bar() as bar:
        task = bar.add_task(name, total=size, said="")

        def show(position: int, tally: Tally) -> None:
            bar.update(task, completed=position, said=f"{tally.papers:,} papers{_rate(bar, tally)}")

        yield show


@contextmanager
def days_progress() -> Iterator[Callable[[str, int, int, Tally], None]]:
    """A bar over days; call what it gives with the day, the days done, all days and the tally."""
    with _bar() as bar:
        task = bar.add_task("", total=None, said="")

        def show(day: str, done: int, total: int, tally: Tally) -> None:
            said = f"{done} of {total} days, {tally.papers:,} papers{_rate(bar, tally)}"
            bar.update(task, description=day, completed=done, total=total, said=said)

        yield show


@contextmanager
def count_progress(name: str, count: int) -> Iterator[Callable[[int], None]]:
    """A bar over so many things; call what it gives with how many more are done."""
    with _bar() as bar:
        task = bar.add_task(name, total=count, said="")
        yield lambda more: bar.advance(task, more)


def echo_skipped(tally: Tally) -> None:
    """What was passed over, by reason, the most frequent first."""
    count = tally.skipped.total()
    if not count:
        return
    head = f"{count:,} {'record' if count == 1 else 'records'} skipped:"
    reasons = tally.skipped.most_common()
    if count == 1:
        click.echo(f"{head} {reasons[0][0]} ({tally.examples[reasons[0][0]]})", err=True)
        return
    click.echo(head, err=True)
    for reason, times in reasons:
        click.echo(f"  {times:,} × {reason} (first: {tally.examples[reason]})", err=True)


def _bar() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[said]}"),
        TimeRemainingColumn(compact=True),
        console=console,
        disable=not console.is_terminal,
    )


def _rate(bar: Progress, tally: Tally) -> str:
    elapsed = bar.tasks[0].elapsed
    return f", {tally.papers / elapsed:,.0f}/s" if elapsed and elapsed > 1 else ""
