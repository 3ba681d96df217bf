"""The built-in provider: draws frames and moves a camera over them, on this machine.

It needs no key and no network, and gives the same bytes for the same request. What draws is given
plain values, so that a process which does it need not load what a request is made of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from engine import Audio, Context, ErrorKind, File, Image, Media, TaskError, Tick, Video
from nodes import animatic, media
from nodes.requests import Request

RESOLUTIONS = {"360p": 360, "480p": 480, "540p": 540, "720p": 720, "1080p": 1080}
"""Length of the shorter side in pixels."""
_CHORD_SECONDS = 5.0

Work = Callable[[], None]
"""Blocking work that can go to another process."""


class Animatic:
    """Draws storyboard panels and animatic clips."""

    async def make(self, request: Request, ctx: Context) -> list[Media]:
        """Draw panels, redraw a picture as one, or move the camera over a picture."""
        match request.kind:
            case "storyboard_images":
                return await _panels(request, ctx)
            case "lip_sync":
                return [await _speaking(request, ctx)]
            case "video_to_video" if request.video:
                return [request.video]
            case "speech" | "text_to_audio":
                return [await _sound(request, ctx)]
            case "text_to_vector" | "image_to_vector":
                return [await _vector(request, ctx)]
        image = ctx.path(request.image) if request.image else None
        frame, clip = ctx.scratch("frame.png"), ctx.scratch("clip.mp4")
        if request.kind == "text_to_image":
            await ctx.run(_draw(request, frame, ctx.tick))
        elif request.kind == "image_to_image" and image:
            await ctx.run(_restyle(request, image, frame, ctx.tick))
        else:
            if image is None:
                await ctx.run(_draw(request, frame, ctx.tick))
            last = ctx.path(request.last_image) if request.last_image else None
            await ctx.run(_film(request, image or frame, last, clip, ctx.tick))
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


async def _panels(request: Request, ctx: Context) -> list[Media]:
    """Draw the same words several times, each from a seed of its own."""
    panels: list[Media] = []
    for number in range(request.count or 1):
        out = ctx.scratch(f"panel-{number}.png")
        one = replace(request, seed=(request.seed or 0) + number)
        await ctx.run(_draw(one, out, ctx.tick))
        panels.append(await ctx.publish(out, Image))
    return panels


async def _speaking(request: Request, ctx: Context) -> Video:
    """Put a voice under a picture that stands still, or in place of a film's sound."""
    if request.audio is None or not (request.image or request.video):
        raise TaskError("a voice, and a picture or a film, are needed", kind=ErrorKind.INVALID)
    silent, spoken = ctx.scratch("silent.mp4"), ctx.scratch("spoken.mp4")
    if request.image:
        still = replace(
            request, prompt="static", motion="", seconds=max(request.audio.seconds, 0.1)
        )
        await ctx.run(_film(still, ctx.path(request.image), None, silent, ctx.tick))
    film = ctx.path(request.video) if request.video else silent
    sound = ctx.path(request.audio)
    await ctx.run(media.mux_audio, film, sound, spoken, "replace", 1.0, False, 0.0, 0.0, ctx.tick)
    return await ctx.publish(spoken, Video)


async def _sound(request: Request, ctx: Context) -> Audio:
    """Hum a text, or play a chord."""
    out = ctx.scratch("sound.wav")
    if request.kind == "speech":
        await ctx.run(_hum(request, out, ctx.tick))
    else:
        seconds = request.seconds or _CHORD_SECONDS
        play = partial(animatic.play_chord, seed=request.seed or 0)
        await ctx.run(play, request.prompt, seconds, out)
    return await ctx.publish(out, Audio)


async def _vector(request: Request, ctx: Context) -> File:
    """Trace a picture, which is drawn first where there is none."""
    frame, out = ctx.scratch("frame.png"), ctx.scratch("frame.svg")
    if request.image is None:
        await ctx.run(_draw(replace(request, resolution="360p"), frame, ctx.tick))
    source = ctx.path(request.image) if request.image else frame
    await ctx.run(animatic.trace_picture, source, out, request.prompt)
    return await ctx.publish(out, File)


def _hum(request: Request, out: Path, tick: Tick) -> Work:
    return partial(
        animatic.hum_words,
        request.prompt,
        out,
        voice=request.voice or "",
        speed=request.speed or 1.0,
        seed=request.seed or 0,
        tick=tick,
    )


def _words(request: Request) -> str:
    """Return what is seen: the prompt, and who is in it."""
    who = request.character
    if who is None:
        return request.prompt
    return ". ".join(filter(None, (request.prompt, who.name, who.description)))


def _draw(request: Request, out: Path, tick: Tick) -> Work:
    width, height = frame_size(request.aspect_ratio or "16:9", request.resolution or "720p")
    return partial(
        animatic.draw_frame,
        _words(request),
        out,
        width=width,
        height=height,
        seed=request.seed or 0,
        tick=tick,
    )


def _restyle(request: Request, source: Path, out: Path, tick: Tick) -> Work:
    return partial(
        animatic.restyle_frame,
        source,
        request.prompt,
        out,
        strength=0.6 if request.strength is None else request.strength,
        seed=request.seed or 0,
        tick=tick,
    )


def _film(request: Request, image: Path, last: Path | None, out: Path, tick: Tick) -> Work:
    return partial(
        animatic.render_clip,
        image,
        out,
        motion=request.motion or request.prompt,
        seconds=request.seconds or 4.0,
        last_image=last,
        seed=request.seed or 0,
        tick=tick,
    )
