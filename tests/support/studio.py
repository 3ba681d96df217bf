"""A bench for nodes that work on real media."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.engine import Engine
from engine.values import Media
from nodes import media, registry
from tests.support.engines import Bench


class Studio(Bench):
    """Runs single nodes of the built-in kinds; media literals are names of files in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, registry())
        self.engine = Engine(
            self.home, self.engine.registry, media.inspect_media, sleep=self._sleep
        )

    def workflow(self, node_type: str, inputs: Mapping[str, Any], *ports: str) -> dict[str, Any]:
        return {
            "nodes": {"it": {"type": node_type, "inputs": dict(inputs)}},
            "outputs": {port: f"${{it.{port}}}" for port in ports},
        }

    def outputs(self, node_type: str, inputs: Mapping[str, Any], *ports: str) -> Mapping[str, Any]:
        """Run one node and return its ports; a failure is raised."""
        report = self.run(self.workflow(node_type, inputs, *ports))
        for failure in report.failures:
            raise AssertionError(str(failure))
        return report.outputs

    def complaints(self, node_type: str, inputs: Mapping[str, Any], *ports: str) -> str:
        """Return what the check says of one node, all in one text."""
        return "\n".join(self.problems(self.workflow(node_type, inputs, *ports)))

    def path(self, value: Media) -> Path:
        return self.home.blobs.path(value.digest)
