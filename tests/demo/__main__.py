"""`make demo`: Paperboy in a chat page on this machine, without a Discord account.

The signal USR1 lets two minutes pass at once, for those who don't want to wait for a daily paper.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import tempfile
import webbrowser
from pathlib import Path

import click

from tests.demo.controls import controls
from tests.demo.world import chat_page

SKIP_S = 120


@click.command()
@click.option(
    "--port", default=None, type=click.IntRange(0, 65535), help="The page's port; any if not given."
)
@click.option("--browser/--no-browser", default=None, help="Open the page; if not given, where a screen is.")
def main(port: int | None, browser: bool | None) -> None:
    """Run the bot with the papers of the seed page until Ctrl-C; nothing of it is kept."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with tempfile.TemporaryDirectory(prefix="paperboy-demo-") as folder:
        try:
            asyncio.run(serve(Path(folder), port, has_screen() if browser is None else browser))
        except KeyboardInterrupt:
            click.echo("\nThe demo has ended.")


async def serve(folder: Path, port: int | None, browser: bool) -> None:
    async with chat_page(folder, port=port, say=say) as page, controls(page) as beside:
        skips: set[asyncio.Task[None]] = set()
        asyncio.get_running_loop().add_signal_handler(
            signal.SIGUSR1, lambda: skips.add(asyncio.create_task(page.skip(SKIP_S)))
        )
        click.echo(f"Paperboy answers at {page.url}")
        click.echo("Type /paper find multi-agent debate there.")
        click.echo(f"Other channels, direct messages, new papers and the message menu: {beside}")
        click.echo("Ctrl-C ends the demo.")
        sys.stdout.flush()
        if browser:
            webbrowser.open(page.url)
        await page.wait_closed()
    click.echo("The demo has ended.")


def say(what: str) -> None:
    click.echo(what)
    sys.stdout.flush()


def has_screen() -> bool:
    shown = sys.platform in ("darwin", "win32") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())
    return shown and sys.stdout.isatty()


if __name__ == "__main__":
    main()
