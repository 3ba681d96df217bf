"""How long tests wait for what comes by itself."""

from __future__ import annotations

PATIENCE = 300.0
"""Seconds after which it does not come any more, on the slowest of machines. Only a test that fails
waits for as long."""
