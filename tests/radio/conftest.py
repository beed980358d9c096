"""Which terrain do the radio tests share?"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

POSTS = 121


@pytest.fixture(scope="session")
def hills_m() -> np.ndarray:
    """Return hills of several sizes, 121 by 121 posts, with a plain between them."""
    rng = np.random.default_rng(7)
    height_m = np.zeros((POSTS, POSTS))
    for width, size_m in ((20, 200.0), (8, 80.0), (3, 20.0), (1.5, 4.0)):
        rough = gaussian_filter(rng.standard_normal((POSTS, POSTS)), width)
        height_m += size_m * rough / rough.std()
    return np.maximum(height_m, -50.0).astype(np.float32)
