"""What a workflow can do: node functions, grouped by subject.

`registry` gathers the built-in nodes, those of installed packs (entry-point group
`reelgraph.nodes`) and those of files that the user names.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from engine.errors import NodeDefinitionError, UsageError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from engine.registry import Registry

__all__ = ["ENTRY_POINTS", "MODULES", "builtin", "registry"]

MODULES = (
    "nodes.text",
    "nodes.midjourney",
    "nodes.byhand",
    "nodes.story",
    "nodes.generate",
    "nodes.storyimages",
    "nodes.people",
    "nodes.image",
    "nodes.video",
    "nodes.audio",
    "nodes.sounds",
    "nodes.vectors",
    "nodes.upscaling",
    "nodes.anymodel",
    "nodes.flow",
    "nodes.output",
)
"""The modules of the built-in nodes, in the order in which help lists them."""

ENTRY_POINTS = "reelgraph.nodes"
"""The entry-point group of node packs: each entry names a module of node functions."""


def builtin() -> Registry:
    """Return the node types that come with reelgraph."""
    from engine.registry import Registry

    found = Registry()
    for name in MODULES:
        found.add_module(import_module(name))
    return found


def registry(files: Sequence[Path] = ()) -> Registry:
    """Return the node types that workflows may use.

    Args:
        files: Python files with further node functions. They are run: only files that the user
            named on the command line may be given, never those that a workflow names.

    Raises:
        NodeDefinitionError: A node is declared wrongly, or a name is taken twice.
        UsageError: A file or an installed pack cannot be loaded.
    """
    from importlib.metadata import entry_points

    found = builtin()
    for entry in entry_points(group=ENTRY_POINTS):
        try:
            module = entry.load()
        except Exception as error:
            raise UsageError(
                f"the node pack {entry.name!r} cannot be loaded: {error}",
                hint="Update or uninstall it.",
            ) from error
        found.add_module(module, _origin(entry))
    for path in files:
        if not found.add_module(*_load_file(path)):
            raise NodeDefinitionError("the file defines no node", where=str(path))
    return found


def _origin(entry: EntryPoint) -> str:
    """Return what tells a pack from others; without a version, so that updates keep results."""
    distribution = entry.dist.name if entry.dist else ""
    return f"{distribution}:{entry.module}"


def _load_file(path: Path) -> tuple[ModuleType, str]:
    """Return a file's module and its origin: the digest of the file."""
    from engine.store import digest_file

    name = f"reelgraph_nodes_{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise UsageError("this is not a Python file", where=str(path))
    module = module_from_spec(spec)
    try:
        # Before it runs: a file that changes meanwhile must not pass for the new one.
        digest, _ = digest_file(path)
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}", where=str(path)) from error
    # Annotations are looked up in the module by its name.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except NodeDefinitionError:
        raise
    except Exception as error:
        kind = type(error).__name__
        raise UsageError(f"the node file fails: {kind}: {error}", where=str(path)) from error
    return module, f"file:{digest}"
