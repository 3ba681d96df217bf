"""Writes workflows/workflow.schema.json, so that any editor completes and checks workflow files.

python -m nodes.schema
"""

from __future__ import annotations

import json
from pathlib import Path

import nodes
import workflows
from engine.schema import workflow_schema

TARGET = Path(workflows.__file__).parent / "workflow.schema.json"


def render() -> str:
    """Return the schema of the built-in nodes as JSON text."""
    schema = workflow_schema(nodes.builtin())
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
