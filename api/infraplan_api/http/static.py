"""Which file of the map does a path name, and has the browser got it already?"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio
from starlette.responses import Response

from infraplan_api.errors import NotFoundError
from infraplan_api.http.answer import is_known
from infraplan_api.http.cache import Finished
from infraplan_api.http.encoding import LEAST_BYTES, compressed, encoding_for
from infraplan_api.http.headers import PAGE_CSP, with_security

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["WEB", "Static"]

WEB: Final = Path(__file__).parents[1] / "web"
_WITH_DIGEST: Final = re.compile(r"[.-][0-9a-f]{8,}\.[a-z0-9.]+$")
_FOREVER: Final = "public, max-age=31536000, immutable"
_KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_TEXTS: Final = {".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".webmanifest", ".map"}


class Static:
    """Answer the files of a folder; what was read and compressed is kept until the file changes.

    Parameters
    ----------
    folder
        The folder; nothing outside it is ever answered, whatever a path or a link says.
    """

    def __init__(self, folder: Path = WEB) -> None:
        self._folder = folder
        self._kept: dict[tuple[str, str], tuple[tuple[int, int], Finished]] = {}

    async def reply(self, request: Request, name: str) -> Response:
        """Answer a file, 304 where the browser has it.

        Raises
        ------
        NotFoundError
            If there is no such file.
        """
        encoding = encoding_for(",".join(request.headers.getlist("accept-encoding"))) or ""
        found = await anyio.to_thread.run_sync(self._finished, name, encoding)
        known = is_known(request.scope, found.etag)
        response = Response(status_code=304 if known else 200)
        response.body = b"" if known else found.body
        response.raw_headers = list(found.unchanged if known else found.headers)
        return response

    def _finished(self, name: str, encoding: str) -> Finished:
        path = self._path(name)
        stat = path.stat()
        state = (stat.st_mtime_ns, stat.st_size)
        kept = self._kept.get((name, encoding))
        if kept is None or kept[0] != state:
            kept = state, _read(path, encoding)
            self._kept[name, encoding] = kept
        return kept[1]

    def _path(self, name: str) -> Path:
        """Return the file that a path names, which lies in the folder."""
        parts = name.split("/")
        plain = all(p and not p.startswith(".") and p.isprintable() for p in parts)
        if plain and not set(name) & set("\\:\0"):
            root = self._folder.resolve()
            try:
                path = root.joinpath(*parts).resolve()
                if path.is_relative_to(root) and path.is_file():
                    return path
            except OSError:  # such as a name that is too long
                pass
        raise NotFoundError(f"There is no file {name[:200]!r} here. Remedy: begin at /.")


def _read(path: Path, encoding: str) -> Finished:
    """Return a file as an answer."""
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:32]
    kind = _KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    lines = {
        "content-type": kind or "application/octet-stream",
        "cache-control": _FOREVER if _WITH_DIGEST.search(path.name) else "no-cache",
        "content-security-policy": PAGE_CSP,  # a worker is ruled by that of its own script
    }
    if path.suffix in _TEXTS:
        lines["vary"] = "accept-encoding"
        packed = compressed(body, encoding) if encoding and len(body) >= LEAST_BYTES else body
        if len(packed) < len(body):
            body, digest = packed, f"{digest}-{encoding}"
            lines["content-encoding"] = encoding
    lines |= {"etag": f'"{digest}"', "content-length": str(len(body))}
    encoded = [(n.encode(), v.encode()) for n, v in lines.items()]
    etag = lines["etag"].encode()
    return Finished(200, tuple(with_security(encoded)), body, etag, bundle_sha256="")
