"""The built-in provider: draws frames and moves a camera over them, on this machine.

It needs no key and no network, and gives the same bytes for the same request.
"""

from __future__ import annotations

from pathlib import Path

from engine import Context, Image, Media, Tick, Video
from nodes.animatic import draw_frame, render_clip, restyle_frame
from nodes.requests import Request

RESOLUTIONS = {"360p": 360, "480p": 480, "540p": 540, "720p": 720, "1080p": 1080}
"""Length of the shorter side in pixels."""


class Animatic:
    """Draws storyboard panels and animatic clips."""

    async def make(self, request: Request, ctx: Context) -> list[Media]:
        """Draw a panel, redraw a picture as one, or move the camera over a picture."""
        image = ctx.path(request.image) if request.image else None
        frame, clip = ctx.scratch("frame.png"), ctx.scratch("clip.mp4")
        if request.kind == "text_to_image":
            await ctx.run(_draw, request, frame, ctx.tick)
        elif request.kind == "image_to_image" and image:
            await ctx.run(_restyle, request, image, frame, ctx.tick)
        else:
            last = ctx.path(request.last_image) if request.last_image else None
            await ctx.run(_film, request, image, frame, last, clip, ctx.tick)
            return [await ctx.publish(clip, Video)]
        return [await ctx.publish(frame, Image)]


PROVIDER = Animatic()


def frame_size(aspect_ratio: str, resolution: str) -> tuple[int, int]:
    """Return width and height in pixels, both even, for a ratio as `16:9` and a resolution."""
    ratio = "16:9" if aspect_ratio == "auto" else aspect_ratio
    across, down = (int(part) for part in ratio.split(":"))
    short = RESOLUTIONS[resolution]
    if across >= down:
        width, height = round(short * across / down), short
    else:
        width, height = short, round(short * down / across)
    return width - width % 2, height - height % 2


def _draw(request: Request, out: Path, tick: Tick) -> None:
    width, height = frame_size(request.aspect_ratio or "16:9", request.resolution or "720p")
    seed = request.seed or 0
    draw_frame(request.prompt, out, width=width, height=height, seed=seed, tick=tick)


def _restyle(request: Request, source: Path, out: Path, tick: Tick) -> None:
    strength = 0.6 if request.strength is None else request.strength
    seed = request.seed or 0
    restyle_frame(source, request.prompt, out, strength=strength, seed=seed, tick=tick)


def _film(
    request: Request, image: Path | None, frame: Path, last: Path | None, out: Path, tick: Tick
) -> None:
    if image is None:
        _draw(request, frame, tick)
    render_clip(
        image or frame,
        out,
        motion=request.motion or request.prompt,
        seconds=request.seconds or 4.0,
        last_image=last,
        seed=request.seed or 0,
        tick=tick,
    )
