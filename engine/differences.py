"""What changed between two requests for the work of one task, in words short enough for a line."""

from __future__ import annotations

import json
from typing import Any

from engine.plan import Reason


def differences(old: str, new: str) -> list[Reason]:
    """Return what differs between two texts that keys were made of, as the cache keeps them."""
    before: dict[str, Any] = json.loads(old)
    after: dict[str, Any] = json.loads(new)
    reasons = []
    if before.get("node") != after["node"]:
        reasons.append(Reason("changed", "type", str(before.get("node")), str(after["node"])))
    if before.get("origin") != after.get("origin"):
        reasons.append(Reason("changed", "code", _origin(before), _origin(after)))
    if before.get("version") != after["version"]:
        reasons.append(Reason("version", "", str(before.get("version")), str(after["version"])))
    was, now = before.get("arguments", {}), after["arguments"]
    is_other = was.get("model", _UNSET) != now.get("model", _UNSET)
    # A model that was named anew says so itself, below.
    if before.get("fingerprint") != after["fingerprint"] and not is_other:
        old_mark, new_mark = str(before.get("fingerprint")), str(after["fingerprint"])
        reasons.append(Reason("model", "", old_mark, new_mark))
    for name in dict.fromkeys((*was, *now)):
        if was.get(name, _UNSET) != now.get(name, _UNSET):
            old_text, new_text = shorten_change(was.get(name, _UNSET), now.get(name, _UNSET))
            reasons.append(Reason("changed", name, old_text, new_text))
    return reasons


def _origin(key: dict[str, Any]) -> str:
    return str(key.get("origin", "built in"))[:_SHOWN_ORIGIN]


_UNSET = object()
_SHOWN_ORIGIN = 24
"""Of a digest, a beginning tells enough."""
_SHOWN = 60


def shorten_change(old: Any, new: Any) -> tuple[str, str]:
    """Return both values as short text in which the difference can be seen."""
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > _SHOWN:
        start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
        start = min(len(old), len(new)) if start is None else start
        start = max(0, start - _SHOWN // 3)
        return _excerpt(old, start), _excerpt(new, start)
    return _describe(old), _describe(new)


def _excerpt(text: str, start: int) -> str:
    head = "…" if start else ""
    tail = "…" if len(text) > start + _SHOWN else ""
    return json.dumps(head + text[start : start + _SHOWN] + tail, ensure_ascii=False)


def _describe(value: Any) -> str:
    if value is _UNSET:
        return "(default)"
    if isinstance(value, dict) and "digest" in value:
        return f"{value.get('$kind', 'blob')} {value['digest'][:8]}"
    if isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
        more = ", …" if len(value) > 4 else ""
        return f"[{', '.join(_describe(item) for item in value[:4])}{more}]"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
