"""Storyboard nodes: a story becomes shots, and shots become a contact sheet."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine import Context, File, Image, Outputs, Shot, node
from nodes.storyboard import MOST_SHOTS, split_script


class Board(Outputs):
    """A storyboard."""

    shots: list[Shot]


class Sheet(Outputs):
    """A contact sheet."""

    image: Image
    pdf: File


@node(version=1, instant=True)
async def storyboard_split(
    script: Annotated[str, Field(description="Prose, verse, Markdown or a Fountain screenplay")],
    *,
    max_shots: Annotated[
        int | None, Field(ge=1, le=MOST_SHOTS, description="At most so many shots")
    ] = None,
    target_seconds: Annotated[
        float | None, Field(ge=1, le=36_000, description="Exact length of the film")
    ] = None,
    language: Annotated[
        Literal["auto", "en", "fr", "other"],
        Field(description="Language of the story; other: cut at its sentences only"),
    ] = "auto",
    words_per_minute: Annotated[
        float, Field(ge=60, le=400, description="How fast speech is spoken")
    ] = 150,
) -> Board:
    """Split a story into shots.

    Each shot has a prompt (what is seen), camera and motion, seconds, dialogue, characters,
    location, time of day, and the passage it was made from. Every word of the story is in exactly
    one shot. English and French are understood; any other language is cut at its sentences.
    """
    shots = split_script(
        script,
        max_shots=max_shots,
        target_seconds=target_seconds,
        language=language,
        words_per_minute=words_per_minute,
    )
    return Board(shots=shots)


@node(version=1, pool="media")
async def storyboard_sheet(
    shots: Annotated[list[Shot], Field(description="The shots, in order")],
    images: Annotated[list[Image], Field(description="One picture a shot")],
    *,
    title: Annotated[str, Field(max_length=300, description="Name of the film")] = "Storyboard",
    columns: Annotated[int, Field(ge=1, le=6, description="Panels side by side")] = 3,
    ctx: Context,
) -> Sheet:
    """Draw a contact sheet of a storyboard, as a picture and as a PDF.

    Panels show the picture, number, seconds, running time, what is seen, how it is filmed and what
    is said. The PDF has A4 landscape pages; the picture has all panels, up to some 130.
    """
    from nodes.storyboard.sheet import render_sheet

    picture, pages = ctx.scratch("storyboard.png"), ctx.scratch("storyboard.pdf")
    paths = [ctx.path(image) for image in images]

    def render() -> None:
        render_sheet(shots, paths, picture, pages, title=title, columns=columns, tick=ctx.tick)

    await ctx.run(render)
    return Sheet(image=await ctx.publish(picture, Image), pdf=await ctx.publish(pages, File))
