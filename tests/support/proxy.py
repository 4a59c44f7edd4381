"""A TCP proxy that can swallow what passes through it, as a failover or a forgetful router does."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Proxy:
    """Before `port`. Runs in a thread of its own, so that it also serves other processes."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.port = 0
        self._silent: set[asyncio.StreamWriter] = set()
        self._open: set[asyncio.StreamWriter] = set()
        self._takes_new = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._started.wait(10)

    @property
    def connections(self) -> int:
        return len(self._open)

    def hush(self) -> None:
        """From now on, the connections that there are answer neither with data nor with a reset."""
        self._call(lambda: self._silent.update(self._open))

    def hush_all(self) -> None:
        """New connections, too."""

        def hush() -> None:
            self._silent.update(self._open)
            self._takes_new.clear()

        self._call(hush)

    def speak(self) -> None:
        """New connections work again; those that went silent stay so."""
        self._call(self._takes_new.set)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _call(self, what: Callable[[], object]) -> None:
        done = threading.Event()

        def call() -> None:
            what()
            done.set()

        self._loop.call_soon_threadsafe(call)
        assert done.wait(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._takes_new.set()
        self._started.set()
        self._loop.run_forever()
        server.close()
        for writer in self._open:
            writer.transport.abort()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await self._relay(reader, writer)
        self._open.discard(writer)
        writer.transport.abort()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._takes_new.wait()
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        try:
            await asyncio.wait(
                {
                    asyncio.create_task(self._pass_on(reader, far_writer, writer)),
                    asyncio.create_task(self._pass_on(far_reader, writer, writer)),
                },
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            far_writer.transport.abort()

    async def _pass_on(
        self, reader: asyncio.StreamReader, to: asyncio.StreamWriter, near: asyncio.StreamWriter
    ) -> None:
        try:
            while data := await reader.read(2**16):
                if near in self._silent:
                    # Not closed either: whoever waits for an answer waits for ever.
                    continue
                to.write(data)
                await to.drain()
        except ConnectionError:
            return


@contextmanager
def proxied(url: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy before the database at `url`, and the database's address through it."""
    port = int(url.rpartition(":")[2].partition("/")[0])
    proxy = Proxy(port)
    try:
        yield proxy, url.replace(f":{port}/", f":{proxy.port}/")
    finally:
        proxy.close()
