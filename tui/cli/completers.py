"""Completes what is typed in a shell: node types, models, files, tasks and input names.

Imported only while a shell asks for completions, and silent about everything that goes wrong.
"""

from __future__ import annotations

import json
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import argcomplete
from argcomplete.completers import DirectoriesCompleter, FilesCompleter

from tui.cli.parser import command_parsers

Completer = Callable[..., Iterable[str]]

_MEDIA = ("json", "png", "mp4")


def complete(parser: ArgumentParser) -> None:
    """Answer the shell, and end the process."""
    attach(parser)
    argcomplete.autocomplete(parser, always_complete_options=False)


def attach(parser: ArgumentParser) -> None:
    """Give the parser's arguments their completers."""
    for command, chosen in command_parsers(parser).items():
        for action in chosen._actions:
            completer = _completer(command, action)
            if completer is not None:
                action.completer = completer  # type: ignore[attr-defined]  # argcomplete's way


def _completer(command: str, action: Action) -> Completer | None:
    special = _BY_COMMAND.get((command, action.dest))
    return special or _BY_NAME.get(action.dest)


def node_types(parsed_args: Namespace, **_: Any) -> list[str]:
    """Return the names of all node types."""
    try:
        from nodes import registry

        files = getattr(parsed_args, "node_files", None) or ()
        return registry(files).names()
    except Exception:
        return []


def model_ids(**_: Any) -> list[str]:
    """Return the ids of all models."""
    from nodes.models import catalogue

    return [model.id for model in catalogue().all()]


def model_providers(**_: Any) -> list[str]:
    """Return who offers models."""
    from nodes.models import catalogue

    return sorted({model.provider for model in catalogue().all()})


def model_kinds(**_: Any) -> list[str]:
    """Return what models can do."""
    from nodes.models import catalogue

    return sorted({kind for model in catalogue().all() for kind in model.kinds})


def providers(**_: Any) -> list[str]:
    """Return the names of the providers that take a key."""
    from nodes.keys import NAMES

    return list(NAMES)


def templates(**_: Any) -> list[str]:
    """Return the names of the ready workflows."""
    from tui.cli.commands.new import templates as ready

    return ready()


def nodes_of_file(parsed_args: Namespace, **_: Any) -> list[str]:
    """Return the ids of the nodes of the workflow that was named before."""
    return list(_section(parsed_args, "nodes"))


def settings(prefix: str, parsed_args: Namespace, **_: Any) -> list[str]:
    """Return `name=` for each input of the workflow, and files behind `name=@`."""
    name, separator, value = prefix.partition("=")
    if not separator:
        return [f"{each}=" for each in _section(parsed_args, "inputs")]
    mark = "@" if value.startswith("@") else ""
    return [f"{name}={mark}{path}" for path in FilesCompleter()(value.removeprefix("@"))]


def _section(parsed_args: Namespace, section: str) -> dict[str, Any]:
    path = getattr(parsed_args, "file", None) or getattr(parsed_args, "workflow", None)
    if path is None:
        return {}
    try:
        data = json.loads(Path(path).read_bytes())[section]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


_workflows = FilesCompleter(allowednames=("json",))
_folders = DirectoriesCompleter()

_BY_NAME: dict[str, Completer] = {
    "file": _workflows,
    "files": _workflows,
    "workflow": _workflows,
    "node_files": FilesCompleter(allowednames=("py",)),
    "env_file": FilesCompleter(),
    "home": _folders,
    "out": _folders,
    "allow": _folders,
    "settings": settings,
    "to": nodes_of_file,
    "redo": nodes_of_file,
}
_BY_COMMAND: dict[tuple[str, str], Completer] = {
    ("nodes", "type"): node_types,
    ("models", "id"): model_ids,
    ("models", "kind"): model_kinds,
    ("models", "provider"): model_providers,
    ("new", "template"): templates,
    ("show", "file"): FilesCompleter(allowednames=_MEDIA),
    ("cache", "tasks"): nodes_of_file,
    ("keys", "provider"): providers,
}
