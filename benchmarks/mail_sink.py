"""A mail server that takes everything at once and keeps nothing: `python -m benchmarks.mail_sink`; prints its port."""

import asyncio

_ANSWERS = {b"EHLO": b"250-sink\r\n250 SIZE 50000000\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


class Sink(asyncio.Protocol):
    """One line: commands are answered, mails are swallowed up to their end."""

    def __init__(self) -> None:
        self._held = b""
        self._is_mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._out = transport
        self._out.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._held += data
        while self._step():
            continue

    def _step(self) -> bool:
        end = b"\r\n.\r\n" if self._is_mail else b"\r\n"
        line, found, rest = self._held.partition(end)
        if not found:
            return False
        self._held = rest
        if self._is_mail:
            self._is_mail = False
            self._out.write(b"250 taken\r\n")
            return True
        word = line[:4].upper()
        self._is_mail = word == b"DATA"
        self._out.write(_ANSWERS.get(word, b"250 ok\r\n"))
        return True


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
