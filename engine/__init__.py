"""The workflow engine: documents, checks, plans and runs. It knows no provider and no codec."""

from engine.context import Cancelled, Context, Tick, no_tick
from engine.declare import node
from engine.errors import ErrorKind, ReelgraphError, TaskError
from engine.nodetype import NodeType, Outputs, Price, StaticArguments, Traits
from engine.registry import Registry
from engine.values import Audio, Character, File, Image, Media, Shot, Video

__all__ = (
    "Audio",
    "Cancelled",
    "Character",
    "Context",
    "ErrorKind",
    "File",
    "Image",
    "Media",
    "NodeType",
    "Outputs",
    "Price",
    "ReelgraphError",
    "Registry",
    "Shot",
    "StaticArguments",
    "TaskError",
    "Tick",
    "Traits",
    "Video",
    "no_tick",
    "node",
)
