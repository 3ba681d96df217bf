"""A picture as an SVG of flat colours: what a vector model would be asked for, roughly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import Image

from nodes.media.loading import flattened, load

_ACROSS = 120
"""Squares along the longer side."""
_COLOURS = 14


def trace_picture(source: Path, out: Path, title: str = "") -> None:
    """Write an SVG that shows a picture in a few flat colours, as rows of rectangles.

    Args:
        source: The picture.
        out: The SVG to write.
        title: What it shows, for those who hear it read out.

    Raises:
        TaskError: The picture cannot be read.
    """
    picture = flattened(load(source))
    width, height = picture.size
    share = _ACROSS / max(width, height)
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small = picture.resize(size, Image.Resampling.BOX).quantize(_COLOURS, Image.Quantize.MEDIANCUT)
    paths: dict[int, list[str]] = defaultdict(list)
    for colour, x, y, length in _runs(small):
        paths[colour].append(f"M{x} {y}h{length}v1h-{length}z")
    palette = small.getpalette() or []
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'width="{width}" height="{height}" viewBox="0 0 {size[0]} {size[1]}" '
        'shape-rendering="crispEdges" preserveAspectRatio="none">',
        *([f"<title>{escape(title)}</title>"] if title else ()),
    ]
    for colour, parts in sorted(paths.items()):
        red, green, blue = palette[3 * colour : 3 * colour + 3]
        lines.append(f'<path fill="#{red:02x}{green:02x}{blue:02x}" d="{"".join(parts)}"/>')
    out.write_text("\n".join([*lines, "</svg>", ""]), encoding="utf-8", newline="\n")


def _runs(picture: Image.Image) -> Iterator[tuple[int, int, int, int]]:
    """Yield colour, left, top and length of each stretch of one colour, row by row."""
    width, height = picture.size
    pixels = picture.tobytes()
    for y in range(height):
        x = 0
        for colour, same in groupby(pixels[y * width : (y + 1) * width]):
            length = sum(1 for _ in same)
            yield colour, x, y, length
            x += length
