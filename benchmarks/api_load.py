"""How long does a server take to answer at a fixed rate? Requests leave by the clock.

A request that has to wait because the ones before it are late counts from the moment it was due,
so a server that falls behind cannot hide it (no coordinated omission).
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Ask", "Load", "fetch", "load"]

_CONNECTIONS: Final = 16
_HEAD_END: Final = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Ask:
    """One GET request.

    Attributes
    ----------
    path
        Path and query.
    headers
        Header lines beside Host.
    """

    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Load:
    """What came of many requests.

    Attributes
    ----------
    latency_ms
        From the moment each was due to the end of its answer.
    statuses
        Status to how many.
    wall_s
        From the first to the last.
    body_bytes
        All bodies together, as sent.
    """

    latency_ms: np.ndarray
    statuses: Mapping[int, int]
    wall_s: float
    body_bytes: int

    @property
    def rate(self) -> float:
        """Return answers per second."""
        return len(self.latency_ms) / self.wall_s

    def percentile(self, share: float) -> float:
        """Return the time within which this share of requests was answered, ms."""
        return float(np.quantile(self.latency_ms, share))


def load(port: int, asks: Sequence[Ask], *, per_s: float | None) -> Load:
    """Send requests to a server on this machine.

    Parameters
    ----------
    port
        On 127.0.0.1.
    asks
        In this order, each once.
    per_s
        So many a second over sixteen kept connections; None for one after the other on one.
    """
    return asyncio.run(_load(port, asks, per_s))


def fetch(port: int, ask: Ask) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of one request."""

    async def one() -> tuple[int, dict[str, str], bytes]:
        connection = await _Connection.open(port)
        try:
            return await connection.ask(ask)
        finally:
            connection.close()

    return asyncio.run(one())


async def _load(port: int, asks: Sequence[Ask], per_s: float | None) -> Load:
    latency_ms = np.zeros(len(asks))
    statuses: dict[int, int] = {}
    sizes = [0]
    waiting = iter(range(len(asks)))
    count = 1 if per_s is None else _CONNECTIONS
    connections = [await _Connection.open(port) for _ in range(count)]
    begin = time.perf_counter()

    async def work(connection: _Connection) -> None:
        for number in waiting:
            due = time.perf_counter() if per_s is None else begin + number / per_s
            early = due - time.perf_counter()
            if early > 0:
                await asyncio.sleep(early)
            status, _, body = await connection.ask(asks[number])
            latency_ms[number] = 1000 * (time.perf_counter() - due)
            statuses[status] = statuses.get(status, 0) + 1
            sizes[0] += len(body)

    await asyncio.gather(*(work(connection) for connection in connections))
    wall_s = time.perf_counter() - begin
    for connection in connections:
        connection.close()
    return Load(latency_ms, dict(sorted(statuses.items())), wall_s, sizes[0])


class _Connection:
    """One kept connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> _Connection:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def close(self) -> None:
        self._writer.close()

    async def ask(self, ask: Ask) -> tuple[int, dict[str, str], bytes]:
        lines = [f"GET {ask.path} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in ask.headers.items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())
        head = (await self._reader.readuntil(_HEAD_END)).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ", 2)[1])
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        return status, headers, await self._body(status, headers)

    async def _body(self, status: int, headers: Mapping[str, str]) -> bytes:
        if status in {204, 304}:
            return b""
        if "content-length" in headers:
            return await self._reader.readexactly(int(headers["content-length"]))
        whole = b""
        while True:  # chunked
            size = int(await self._reader.readline(), 16)
            whole += (await self._reader.readexactly(size + 2))[:-2]
            if not size:
                return whole
