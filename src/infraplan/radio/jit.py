"""How are the radio kernels compiled?

One decorator, so that every kernel is cached on disk, releases the GIL (threads run over
transmitters) and keeps NaN as nodata (``fastmath`` off). Division by zero gives infinity, as in
NumPy. ``NUMBA_DISABLE_JIT=1`` runs the same functions as plain Python.
"""

from __future__ import annotations

from numba import njit

__all__ = ["kernel"]

kernel = njit(cache=True, nogil=True, fastmath=False, error_model="numpy")
