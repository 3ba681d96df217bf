"""The two names of some parameters: in workflow files, and in the catalogue."""

from __future__ import annotations

_CATALOGUE_NAMES = {"duration": "seconds", "images": "references", "text": "prompt"}
_IN_FILES = {
    ("train_character", "references"): "images",
    ("speech", "prompt"): "text",
}


def catalogue_name(parameter: str) -> str:
    """Return the catalogue's name for a node's parameter."""
    return _CATALOGUE_NAMES.get(parameter, parameter)


def parameter_name(name: str, kind: str | None) -> str:
    """Return what a name of the catalogue is in a workflow file, for a kind of work."""
    return "duration" if name == "seconds" else _IN_FILES.get((kind or "", name), name)
