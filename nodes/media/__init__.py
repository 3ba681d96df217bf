"""Pictures, films and sound: blocking functions over paths, which know nothing of workflows.

They stream: whatever the length of a film, a few pictures are in memory at a time. They trust no
file: what cannot be read ends in a `TaskError`. Pillow and PyAV are loaded when first needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nodes.media.editing import burn_subtitles, extract_frame, trim, upscale_video
    from nodes.media.embedding import embed_workflow, read_workflow
    from nodes.media.enlarge import upscale_image
    from nodes.media.inspecting import inspect_media
    from nodes.media.joining import concat
    from nodes.media.mixing import mix_sounds, mux_audio
    from nodes.media.pictures import (
        crop_to_aspect,
        grid,
        overlay_text,
        redraw_mask,
        resize,
        turn_upright,
    )
    from nodes.media.signatures import EXTENSIONS, sniff
    from nodes.media.subtitles import Cue, cues_of, parse_srt, write_srt
    from nodes.media.timing import SpokenWord, cues_from_words, read_timing, spread
    from nodes.media.vector import check_svg

_MODULES = {
    "editing": ("burn_subtitles", "extract_frame", "trim", "upscale_video"),
    "embedding": ("embed_workflow", "read_workflow"),
    "enlarge": ("upscale_image",),
    "inspecting": ("inspect_media",),
    "joining": ("concat",),
    "mixing": ("mix_sounds", "mux_audio"),
    "pictures": ("crop_to_aspect", "grid", "overlay_text", "redraw_mask", "resize", "turn_upright"),
    "signatures": ("EXTENSIONS", "sniff"),
    "subtitles": ("Cue", "cues_of", "parse_srt", "write_srt"),
    "timing": ("SpokenWord", "cues_from_words", "read_timing", "spread"),
    "vector": ("check_svg",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "EXTENSIONS",
    "Cue",
    "SpokenWord",
    "burn_subtitles",
    "check_svg",
    "concat",
    "crop_to_aspect",
    "cues_from_words",
    "cues_of",
    "embed_workflow",
    "extract_frame",
    "grid",
    "inspect_media",
    "mix_sounds",
    "mux_audio",
    "overlay_text",
    "parse_srt",
    "read_timing",
    "read_workflow",
    "redraw_mask",
    "resize",
    "sniff",
    "spread",
    "trim",
    "turn_upright",
    "upscale_image",
    "upscale_video",
    "write_srt",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
