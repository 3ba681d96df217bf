"""Numbers, lengths of time and sizes as people read them."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from engine.money import format_usd


def count(number: int, noun: str) -> str:
    """Return `1 task`, `3 tasks`, `1,200 tasks`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def seconds(value: float) -> str:
    """Return a length of time: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`."""
    if value < 9.95:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def size(value: int) -> str:
    """Return a number of bytes: `812 B`, `4.2 MB`, in powers of 1000."""
    if value < 1000:
        return f"{value} B"
    number = float(value)
    for unit in ("kB", "MB", "GB"):
        number /= 1000
        if number < 999.95:
            return f"{number:.1f} {unit}"
    return f"{number / 1000:.1f} TB"


def dollars(low: Decimal, high: Decimal | None) -> str:
    """Return a price: `free`, `$0.40`, `$0.40 to $1.20`, `up to $1.20`, `at least $0.40`."""
    if high is None:
        return f"at least {format_usd(low)}" if low else "unknown"
    if not high:
        return "free"
    if low == high:
        return format_usd(high)
    return f"{format_usd(low)} to {format_usd(high)}" if low else f"up to {format_usd(high)}"


def when(timestamp: float) -> str:
    """Return a moment in local time, to the minute."""
    return datetime.fromtimestamp(timestamp).astimezone().strftime("%Y-%m-%d %H:%M")


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts names as people do: `2.png` before `10.png`."""
    parts = re.findall(r"\d+|\D+", name.lower())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]
