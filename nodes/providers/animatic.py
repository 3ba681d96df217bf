"""The built-in provider: draws frames and moves a camera over them, on this machine.

It needs no key and no network, and gives the same bytes for the same request.
"""

from __future__ import annotations

from pathlib import Path

from engine import Context, Image, Tick, Video
from nodes.animatic import draw_frame, render_clip, restyle_frame
from nodes.requests import (
    ImageRequest,
    ImageToImage,
    ImageToVideo,
    TextToImage,
    TextToVideo,
    VideoRequest,
    frame_size,
)


class Animatic:
    """Draws storyboard panels and animatic clips."""

    async def make_image(self, request: ImageRequest, ctx: Context) -> Image:
        """Draw a panel, or redraw a picture as one."""
        out = ctx.scratch("frame.png")
        if isinstance(request, TextToImage):
            await ctx.run(_draw, request, out, ctx.tick)
        else:
            source = ctx.path(request.image)
            await ctx.run(_restyle, request, source, out, ctx.tick)
        return await ctx.publish(out, Image)

    async def make_video(self, request: VideoRequest, ctx: Context) -> Video:
        """Move the camera over a picture, drawing the picture first where there is none."""
        out = ctx.scratch("clip.mp4")
        if isinstance(request, TextToVideo):
            await ctx.run(_draw_and_move, request, ctx.scratch("frame.png"), out, ctx.tick)
        else:
            last = ctx.path(request.last_image) if request.last_image else None
            await ctx.run(_move, request, ctx.path(request.image), last, out, ctx.tick)
        return await ctx.publish(out, Video)


PROVIDER = Animatic()


def _draw(request: TextToImage | TextToVideo, out: Path, tick: Tick) -> None:
    width, height = frame_size(request.aspect_ratio, request.resolution)
    draw_frame(request.prompt, out, width=width, height=height, seed=request.seed, tick=tick)


def _restyle(request: ImageToImage, source: Path, out: Path, tick: Tick) -> None:
    restyle_frame(
        source, request.prompt, out, strength=request.strength, seed=request.seed, tick=tick
    )


def _move(request: ImageToVideo, image: Path, last: Path | None, out: Path, tick: Tick) -> None:
    render_clip(
        image,
        out,
        motion=request.prompt,
        seconds=request.seconds,
        last_image=last,
        seed=request.seed,
        tick=tick,
    )


def _draw_and_move(request: TextToVideo, frame: Path, out: Path, tick: Tick) -> None:
    _draw(request, frame, tick)
    motion = request.motion or request.prompt
    render_clip(frame, out, motion=motion, seconds=request.seconds, seed=request.seed, tick=tick)
