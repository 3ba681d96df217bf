"""The workflow engine: documents, checks, plans and runs. It knows no provider and no codec.

    engine = Engine(Home.open(default_home()), registry, inspect)
    document = load(Path("film.json"))
    graph, warnings = engine.bind(document)
    plan = await engine.plan(document, graph, Request())
    report = await engine.run(document, graph, Request(), emit=print)

Each name is imported when it is first asked for, so that a command which needs only the errors
does not wait for everything else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.context import Cancelled, Context, Tick, no_tick
    from engine.declare import node
    from engine.document import Document, create, load, loads
    from engine.engine import Engine
    from engine.errors import (
        CheckError,
        DocumentError,
        ErrorKind,
        FileAccessError,
        NodeDefinitionError,
        ReelgraphError,
        TaskError,
        UsageError,
    )
    from engine.events import Event
    from engine.execute import RunReport
    from engine.nodetype import Advice, NodeType, Outputs, Price, StaticArguments, Traits
    from engine.plan import Plan
    from engine.problems import Problem
    from engine.registry import Registry
    from engine.request import Request
    from engine.schema import workflow_schema
    from engine.store import Home
    from engine.values import Audio, Character, File, Image, Media, Shot, Video
    from engine.workshop import Control

__all__ = (
    "Advice",
    "Audio",
    "Cancelled",
    "Character",
    "CheckError",
    "Context",
    "Control",
    "Document",
    "DocumentError",
    "Engine",
    "ErrorKind",
    "Event",
    "File",
    "FileAccessError",
    "Home",
    "Image",
    "Media",
    "NodeDefinitionError",
    "NodeType",
    "Outputs",
    "Plan",
    "Price",
    "Problem",
    "ReelgraphError",
    "Registry",
    "Request",
    "RunReport",
    "Shot",
    "StaticArguments",
    "TaskError",
    "Tick",
    "Traits",
    "UsageError",
    "Video",
    "create",
    "load",
    "loads",
    "no_tick",
    "node",
    "workflow_schema",
)

_MODULES = {
    "context": (
        "Cancelled",
        "Context",
        "Tick",
        "no_tick",
    ),
    "declare": ("node",),
    "document": (
        "Document",
        "create",
        "load",
        "loads",
    ),
    "engine": ("Engine",),
    "errors": (
        "CheckError",
        "DocumentError",
        "ErrorKind",
        "FileAccessError",
        "NodeDefinitionError",
        "ReelgraphError",
        "TaskError",
        "UsageError",
    ),
    "events": ("Event",),
    "execute": ("RunReport",),
    "nodetype": (
        "Advice",
        "NodeType",
        "Outputs",
        "Price",
        "StaticArguments",
        "Traits",
    ),
    "plan": ("Plan",),
    "problems": ("Problem",),
    "registry": ("Registry",),
    "request": ("Request",),
    "schema": ("workflow_schema",),
    "store": ("Home",),
    "values": (
        "Audio",
        "Character",
        "File",
        "Image",
        "Media",
        "Shot",
        "Video",
    ),
    "workshop": ("Control",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
