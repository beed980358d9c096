"""How does the service listen: one socket, one loop, limits on every connection, a quiet end?"""

from __future__ import annotations

import socket
from threading import Thread
from typing import TYPE_CHECKING, Final

import uvicorn

from infraplan.errors import ParameterError
from infraplan_api.memory import keep_little
from infraplan_api.prepare import prepare
from infraplan_api.protocol import guarded

if TYPE_CHECKING:
    from fastapi import FastAPI

    from infraplan_api.service import Service

__all__ = ["address_of", "bind", "listen", "server_of"]

_BACKLOG: Final = 2048
_LAST_S: Final = 10
"""So long requests under way may take after the service was told to stop, s."""
_KEEP_ALIVE_S: Final = 75


def bind(host: str, port: int) -> socket.socket:
    """Take a port.

    Parameters
    ----------
    host
        Address to listen on.
    port
        The port; 0 for any that is free.

    Raises
    ------
    ParameterError
        If another program has it, or it may not be taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ParameterError(
            f"The service cannot listen on {host}, port {port} ({reason}). Remedy: stop the "
            "program that has it, or name another port with --port or another address with --host."
        ) from error


def address_of(taken: socket.socket) -> str:
    """Return the address of a socket, as a browser takes it."""
    host, port = taken.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def server_of(app: FastAPI) -> uvicorn.Server:
    """Return a server of an application on uvloop and httptools, where the system has them."""
    service: Service = app.state.service
    config = uvicorn.Config(
        app,
        http=guarded(service.settings),
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_LAST_S,
        backlog=_BACKLOG,
    )
    return uvicorn.Server(config)


def listen(app: FastAPI, taken: socket.socket) -> None:
    """Serve on a socket until the process is told to stop; requests under way are finished.

    What most requests need of the bundle is made meanwhile.
    """
    keep_little()
    service: Service = app.state.service
    bundle = service.holder.peek()
    if bundle is not None:
        Thread(target=prepare, args=(bundle,), daemon=True).start()
    server_of(app).run(sockets=[taken])
