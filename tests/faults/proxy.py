"""A TCP proxy before PostgreSQL that cuts connections at a chosen moment."""

import asyncio
import threading
from collections.abc import Callable

Cut = Callable[[bytes], bool]
"""Told each piece the client sends: True cuts the connection (see `cuts_after`)."""


class FaultProxy:
    """Runs in a thread of its own. `cut_before` drops a piece and the connection; `cut_after` lets the piece pass,
    and drops the answer with the connection.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self.cut_before: Cut = lambda _: False
        self.cut_after: Cut = lambda _: False
        self.cuts = 0
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = int(self._server.sockets[0].getsockname()[1])
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def end(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        there_reader, there_writer = await asyncio.open_connection(*self._target)
        is_mute = asyncio.Event()
        ways = [
            asyncio.ensure_future(self._upwards(reader, there_writer, is_mute)),
            asyncio.ensure_future(_downwards(there_reader, writer, is_mute)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (writer, there_writer):
                end.close()
            self._tasks.discard(task)

    async def _upwards(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_mute: asyncio.Event
    ) -> None:
        while piece := await reader.read(65_536):
            if self.cut_before(piece):
                self.cuts += 1
                return
            if self.cut_after(piece):
                self.cuts += 1
                is_mute.set()
            writer.write(piece)
            await writer.drain()
            if is_mute.is_set():
                await asyncio.sleep(0.2)
                return


async def _downwards(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_mute: asyncio.Event
) -> None:
    while piece := await reader.read(65_536):
        if not is_mute.is_set():
            writer.write(piece)
            await writer.drain()
