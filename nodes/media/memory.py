"""Giving memory back: the C library on Linux keeps what was freed, in pieces too small to use."""

from __future__ import annotations

import ctypes
import sys


def release() -> None:
    """Give freed memory back to the system, between work that needs much of it.

    Elsewhere than on Linux with glibc nothing happens.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
