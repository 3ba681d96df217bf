"""The limits of a node's parameter in words: `1 to 16384`, `at most 8 items`."""

from __future__ import annotations

from typing import Any

from engine.nodetype import Parameter


def limits_of(parameter: Parameter) -> str:
    """Return the limits that the node's author set; empty when there are none."""
    found: dict[str, Any] = {}
    for info in getattr(parameter.annotation, "__metadata__", ()):
        for part in (info, *getattr(info, "metadata", ())):
            for name in ("ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length"):
                value = getattr(part, name, None)
                if value is not None:
                    found[name] = value
    unit = "items" if parameter.type.required().is_list else "characters"
    parts = [_range(found), _length(found, unit)]
    if "multiple_of" in found:
        parts.append(f"in steps of {found['multiple_of']}")
    return ", ".join(part for part in parts if part)


def _range(found: dict[str, Any]) -> str:
    low = f"{found['ge']:g}" if "ge" in found else ""
    high = f"{found['le']:g}" if "le" in found else ""
    if low and high:
        return f"{low} to {high}"
    above = f"more than {found['gt']:g}" if "gt" in found else f"at least {low}" if low else ""
    below = f"less than {found['lt']:g}" if "lt" in found else f"at most {high}" if high else ""
    return ", ".join(part for part in (above, below) if part)


def _length(found: dict[str, Any], unit: str) -> str:
    low, high = found.get("min_length"), found.get("max_length")
    if low and high and (low, unit) != (1, "characters"):
        return f"{low} to {high} {unit}"
    if high:
        return f"at most {high} {unit}"
    return f"at least {low} {unit}" if low and low > 1 else ""
