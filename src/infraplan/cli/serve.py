"""How does the command line start the service over a bundle?

The service is an extra, so it is imported when it is started and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.errors import MissingExtraError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["serve"]


def serve(folder: Path, host: str, port: int) -> None:
    """Serve a bundle over HTTP until the process is stopped.

    Parameters
    ----------
    folder
        The bundle.
    host
        Address to listen on.
    port
        Port to listen on.

    Raises
    ------
    MissingExtraError
        If FastAPI or uvicorn is not installed.
    """
    try:
        import uvicorn  # noqa: PLC0415 - an extra

        from infraplan_api.app import create_app  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"The service needs the package {error.name!r}, which is not installed. "
            "Remedy: pip install 'infraplan[api]'"
        ) from error
    uvicorn.run(create_app(folder), host=host, port=port, server_header=False)
