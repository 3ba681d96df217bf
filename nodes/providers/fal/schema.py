"""What an endpoint takes, found in the OpenAPI document that fal keeps of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nodes.remote import input_schema


def complaints(document: Any, endpoint: str, inputs: Mapping[str, Any]) -> Iterator[str]:
    """Yield what an endpoint does not take among its inputs.

    Args:
        document: The OpenAPI document of the endpoint.
        endpoint: Its id.
        inputs: Values by name; media stand for their addresses.
    """
    steps = ("paths", f"/{endpoint}", "post", "requestBody", "content", "application/json")
    found = document
    for step in (*steps, "schema"):
        found = found.get(step) if isinstance(found, Mapping) else None
    return input_schema.complaints(inputs, found, document)
