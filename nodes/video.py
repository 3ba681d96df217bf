"""Video nodes: load, join, cut, take stills, put subtitles on, and tell what a file is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from engine import Audio, Context, File, Image, Outputs, StaticArguments, Video, node
from nodes import media
from nodes.media.choices import Transition
from nodes.text import load_text

Film = Annotated[Video, Field(description="The film")]

_SHARES = {"first": 0.0, "middle": 0.5, "last": 1.0}


class Subtitled(Outputs):
    """A film with its subtitles, and the subtitles alone."""

    video: Video
    srt: File


class Facts(Outputs):
    """What a file is; what it does not have is 0."""

    media_type: str
    bytes: int
    width: int
    height: int
    seconds: float
    fps: float
    has_audio: bool


@node(version=1, instant=True)
async def load_video(
    video: Annotated[Video, Field(description="An MP4, MOV, WebM, MKV or AVI file")],
) -> Video:
    """Take a film from a file.

    The file's path is written relative to the workflow's folder. The file is read by what it
    holds, not by its name.
    """
    return video


@node(version=1, pool="media")
async def concat(
    clips: Annotated[list[Video], Field(description="The clips, in order")],
    *,
    transition: Annotated[Transition, Field(description="How a clip becomes the next")] = "cut",
    transition_seconds: Annotated[
        float, Field(ge=0, le=30, description="Length of a crossfade, which clips overlap for")
    ] = 0.5,
    ctx: Context,
) -> Video:
    """Join clips into one film.

    With cuts, clips that were encoded alike keep their pictures untouched. Otherwise the film takes
    the size and the rate of the first clip, and other proportions get black bars. Clips without
    sound are silent for their length.
    """
    out = ctx.scratch("film.mp4")
    paths = [ctx.path(clip) for clip in clips]
    await ctx.run(media.concat, paths, out, transition, transition_seconds, ctx.tick)
    return await ctx.publish(out, Video)


def _check_trim(arguments: StaticArguments) -> Iterator[str]:
    start, end = arguments.get("start", 0.0), arguments.get("end")
    if arguments.given("end") and arguments.given("seconds"):
        yield "trim takes an end or a length in seconds, not both"
    elif isinstance(end, int | float) and isinstance(start, int | float) and end <= start:
        yield f"the end, {end:g} s, is not after the start, {start:g} s"


@node(version=1, pool="media", check=_check_trim)
async def trim(
    video: Film,
    *,
    start: Annotated[float, Field(ge=0, description="Where the piece begins, in seconds")] = 0.0,
    end: Annotated[
        float | None, Field(gt=0, description="Where it ends, in seconds; the film's end")
    ] = None,
    seconds: Annotated[float | None, Field(gt=0, description="Its length, instead of end")] = None,
    ctx: Context,
) -> Video:
    """Cut a piece out of a film, exact to the picture."""
    out = ctx.scratch("piece.mp4")
    await ctx.run(media.trim, ctx.path(video), out, start, end, seconds, ctx.tick)
    return await ctx.publish(out, Video)


@node(version=1, pool="media")
async def extract_frame(
    video: Film,
    *,
    position: Annotated[
        Literal["first", "middle", "last"], Field(description="Which picture of the film")
    ] = "first",
    at: Annotated[
        float | None, Field(ge=0, description="The moment in seconds, instead of a position")
    ] = None,
    ctx: Context,
) -> Image:
    """Take a still out of a film.

    The last picture of a clip is what the next one may begin with.
    """
    out = ctx.scratch("still.png")
    await ctx.run(media.extract_frame, ctx.path(video), out, at, _SHARES[position])
    return await ctx.publish(out, Image)


def _check_subtitle(arguments: StaticArguments) -> Iterator[str]:
    if arguments.given("text") and arguments.given("file"):
        yield "subtitle takes a text or a file, not both"


@node(version=1, pool="media", check=_check_subtitle)
async def subtitle(
    video: Film,
    text: Annotated[
        str,
        Field(
            max_length=100_000,
            description="Spoken lines, one a line, as `NAME: words`; shown one after another",
        ),
    ] = "",
    *,
    file: Annotated[
        File | None, Field(description="Subtitles with times (.srt), instead of a text")
    ] = None,
    burn: Annotated[bool, Field(description="Write them into the pictures")] = True,
    speaker_names: Annotated[bool, Field(description="Show who speaks")] = True,
    bottom: Annotated[
        float,
        Field(ge=0, le=0.9, description="Share of the height that stays free below burnt ones"),
    ] = 0.05,
    ctx: Context,
) -> Subtitled:
    """Put subtitles on a film.

    The lines of a text share the length of the film, longer lines for longer. Without any words the
    film stays as it is. The subtitles also come as a file, for players that show them on demand.
    What the animatic draws has a caption strip below the picture: a `bottom` of 0.14 clears it.
    """
    if file is not None:
        cues = media.parse_srt(load_text(ctx.path(file)))
    else:
        cues = media.cues_of(text, video.seconds, speaker_names=speaker_names)
    srt = ctx.scratch("subtitles.srt")
    media.write_srt(cues, srt)
    if cues and burn:
        out = ctx.scratch("subtitled.mp4")
        await ctx.run(media.burn_subtitles, ctx.path(video), out, cues, bottom, ctx.tick)
        video = await ctx.publish(out, Video)
    return Subtitled(video=video, srt=await ctx.publish(srt, File))


@node(version=1, instant=True)
async def probe(
    file: Annotated[Image | Video | Audio, Field(description="A picture, a film or a sound")],
) -> Facts:
    """Tell what a picture, a film or a sound is: its type, size and length.

    What it does not have is 0: the seconds of a picture, the width of a sound.
    """
    return Facts(
        media_type=file.media_type,
        bytes=file.size,
        width=getattr(file, "width", 0),
        height=getattr(file, "height", 0),
        seconds=getattr(file, "seconds", 0.0),
        fps=getattr(file, "fps", 0.0),
        has_audio=isinstance(file, Audio) or getattr(file, "has_audio", False),
    )
