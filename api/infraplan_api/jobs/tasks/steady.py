"""Is what was read of a bundle all of one bundle, though it may be replaced at any moment?"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from infraplan.errors import InfraplanError, MissingDataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["manifest_sha256", "steady"]


@contextmanager
def steady(bundle: Path) -> Iterator[None]:
    """Read a bundle within this: it has to be the same at the end.

    Raises
    ------
    MissingDataError
        If it cannot be read, or was replaced meanwhile.
    """
    before = manifest_sha256(bundle)
    try:
        yield
    except (InfraplanError, OSError):
        if manifest_sha256(bundle) == before:
            raise
    if manifest_sha256(bundle) != before:
        raise MissingDataError(
            f"The bundle {bundle.name} was replaced while the job read it. Remedy: ask again."
        )


def manifest_sha256(bundle: Path) -> str:
    """Return the digest of a bundle's manifest, which holds those of all its files.

    Raises
    ------
    MissingDataError
        If it cannot be read.
    """
    try:
        return hashlib.sha256((bundle / "manifest.json").read_bytes()).hexdigest()
    except OSError as error:
        raise MissingDataError(
            f"The bundle {bundle.name} cannot be read ({error.strerror}). Remedy: make it again "
            "with infraplan run."
        ) from error
