"""Audio nodes: load, mix, and put sound under a film."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engine import Audio, Context, Video, node
from nodes import media
from nodes.media.choices import Align, SoundMode

Volume = Annotated[float, Field(ge=0, le=16, description="1 leaves the sound as loud as it is")]
FadeIn = Annotated[float, Field(ge=0, le=60, description="Seconds over which the sound comes in")]
FadeOut = Annotated[float, Field(ge=0, le=60, description="Seconds over which the sound goes out")]


@node(version=1, instant=True)
async def load_audio(
    audio: Annotated[Audio, Field(description="A WAV, MP3, FLAC, Ogg or M4A file")],
) -> Audio:
    """Take a sound from a file.

    The file's path is written relative to the workflow's folder. The file is read by what it
    holds, not by its name.
    """
    return audio


@node(version=1, pool="media")
async def mix_audio(
    audios: Annotated[list[Audio], Field(description="The sounds")],
    *,
    volumes: Annotated[
        list[Annotated[float, Field(ge=0, le=16)]] | None,
        Field(description="How loud each is; 1 leaves it as it is"),
    ] = None,
    align: Annotated[
        Align, Field(description="Start together, end together, or follow each other")
    ] = "start",
    fade_in: FadeIn = 0.0,
    fade_out: FadeOut = 0.0,
    normalise: Annotated[bool, Field(description="Make a quiet mix as loud as it can be")] = False,
    ctx: Context,
) -> Audio:
    """Mix sounds into one.

    The result is a WAV with 48 kHz, two channels and 16 bits. A mix that would be too loud is
    turned down as a whole, so that it never clips.
    """
    out = ctx.scratch("mix.wav")
    paths = [ctx.path(audio) for audio in audios]
    await ctx.run(
        media.mix_sounds, paths, out, volumes, align, fade_in, fade_out, normalise, ctx.tick
    )
    return await ctx.publish(out, Audio)


@node(version=1, pool="media")
async def add_audio(
    video: Annotated[Video, Field(description="The film")],
    audio: Annotated[Audio, Field(description="The sound; what is longer than the film is cut")],
    *,
    mode: Annotated[SoundMode, Field(description="Keep or replace the film's own sound")] = "mix",
    volume: Volume = 1.0,
    loop: Annotated[bool, Field(description="Start a short sound again until the end")] = False,
    fade_in: FadeIn = 0.0,
    fade_out: FadeOut = 0.0,
    ctx: Context,
) -> Video:
    """Put sound under a film.

    The pictures and the length of the film stay as they are.
    """
    out = ctx.scratch("film.mp4")
    film, sound = ctx.path(video), ctx.path(audio)
    await ctx.run(
        media.mux_audio, film, sound, out, mode, volume, loop, fade_in, fade_out, ctx.tick
    )
    return await ctx.publish(out, Video)
