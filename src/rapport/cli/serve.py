"""`rapport serve`: pages, API and ingestion in this process, background work in a child that ends with it."""

import asyncio
import ctypes
import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Annotated

import typer
import uvicorn

from rapport.cli import guarding, setup

_APPLICATION = "rapport.config.asgi:application"
_RESTART_SECONDS = 5.0
_STOP_SECONDS = 10.0
_SET_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of Linux's prctl: the child is signalled when its parent ends, however it ends."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8000,
    *,
    worker: Annotated[bool, typer.Option(help="Also do background work, in a process of its own.")] = True,
) -> None:
    """Serve pages, API and ingestion until stopped. A new data folder is set up first."""
    setup.prepare()
    if faults := guarding.faults():
        typer.echo("\n".join(f"rapport: {fault}" for fault in faults), err=True)
        raise typer.Exit(1)
    config = uvicorn.Config(
        _APPLICATION,
        host=host,
        port=port,
        loop="uvloop" if importlib.util.find_spec("uvloop") else "auto",
        http="rapport.api.connection:Connection",
        ws="none",
        lifespan="on",
        proxy_headers=bool(proxies := os.environ.get("RAPPORT_PROXIES", "").strip()),
        forwarded_allow_ips=proxies or "127.0.0.1",
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    server = _Server(config, with_worker=worker)
    try:
        server.run()
    except SystemExit as end:
        raise typer.Exit(1) from end


class _Server(uvicorn.Server):
    """Says where it listens once it does, and keeps the worker running beside it."""

    def __init__(self, config: uvicorn.Config, *, with_worker: bool) -> None:
        super().__init__(config)
        self._with_worker = with_worker

    async def main_loop(self) -> None:
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        typer.echo(f"Rapport is at http://{f'[{host}]' if ':' in host else host}:{port}")
        sys.stdout.flush()
        from rapport.live.listening.hub import hub

        worker = asyncio.create_task(_keep_worker()) if self._with_worker else None
        try:
            await super().main_loop()
        finally:
            hub.close()
            if worker is not None:
                worker.cancel()
                await asyncio.gather(worker, return_exceptions=True)


async def _keep_worker() -> None:
    """Run the worker, and run it anew whenever it ends, until this task is cancelled."""
    command = [sys.executable, "-m", "rapport.cli.main", "worker"]
    environment = {**os.environ, "RAPPORT_PARENT_PID": str(os.getpid())}
    while True:
        child = await asyncio.create_subprocess_exec(
            *command, env=environment, stdin=subprocess.DEVNULL, preexec_fn=_end_with_parent()
        )
        try:
            await child.wait()
        finally:
            if child.returncode is None:
                await _stop(child)
        await asyncio.sleep(_RESTART_SECONDS)


async def _stop(child: asyncio.subprocess.Process) -> None:
    child.terminate()
    try:
        await asyncio.wait_for(child.wait(), _STOP_SECONDS)
    except TimeoutError:
        child.kill()


def _end_with_parent() -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask_the_kernel() -> None:
        prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)

    return ask_the_kernel
