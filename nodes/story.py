"""Storyboard nodes: a story becomes shots, and shots become a contact sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from engine import (
    Advice,
    Context,
    ErrorKind,
    File,
    Image,
    Outputs,
    Shot,
    StaticArguments,
    TaskError,
    Traits,
    node,
)
from nodes.asking import first_that_can, in_turn, price_of
from nodes.models import ModelInfo, catalogue
from nodes.models.chat import CHAT, chat_model
from nodes.providers import provider_of
from nodes.requests import Request
from nodes.storyboard.limits import MOST_SHOTS, most_shots


class Board(Outputs):
    """A storyboard."""

    shots: list[Shot]


class Sheet(Outputs):
    """A contact sheet."""

    image: Image
    pdf: File


def _traits(arguments: Mapping[str, Any]) -> Traits:
    """Tell planning to run the rules, but never to ask a model."""
    models = [m for m in map(_language_model, arguments.get("model") or ()) if m is not None]
    if not models:
        return Traits()
    return Traits(
        pool=models[0].provider,
        fingerprint=",".join(f"{model.id}@{model.version}" for model in models),
        price=price_of([model.estimate(arguments) for model in models]),
        models=tuple(model.id for model in models),
        instant=False,
    )


def _language_model(name: str) -> ModelInfo | None:
    """Return a model that writes: one of any server as chat/NAME, or one of the catalogue."""
    model = chat_model(name) or catalogue().get(name)
    return model if model is not None and "write_text" in model.kinds else None


def _check(arguments: StaticArguments) -> Iterator[str | Advice]:
    for name in arguments.get("model") or ():
        model = _language_model(name)
        if model is None:
            yield f"{name!r} is no language model, as chat/NAME or one of the catalogue"
        elif model.provider != CHAT:
            yield from catalogue().complaints(name, "write_text")
            yield from map(Advice, catalogue().advice(name))


@node(version=1, instant=True, traits=_traits, check=_check)
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
    model: Annotated[
        list[str] | None,
        Field(
            min_length=1,
            max_length=8,
            description="A language model, or several in order of preference; chat/NAME for one of "
            "your own server; without one, built-in rules split the story, at once and for nothing",
        ),
    ] = None,
    ctx: Context,
) -> Board:
    """Split a story into shots.

    Each shot has a prompt (what is seen), camera and motion, seconds, dialogue, characters,
    location, time of day, and the passage it was made from. Every word of the story is in the
    passage of exactly one shot, in order. In none are: the title and the author below it, title
    pages, headings of chapters and Markdown sections (scene headings of a screenplay are kept),
    code, pictures, link targets, comments, notes and synopses, the marks of Markdown and Fountain,
    and a transition before the first shot (`FADE IN:`); any other transition ends the passage of
    the shot before it, and makes no shot. English and French are understood; any other language is
    cut at its sentences.

    With `target_seconds`, lengths are whole frames, 24 a second: the film is as long as asked for,
    to half a frame.

    With `model`, a language model writes the shots instead, in any language; whether it keeps every
    word is up to it.
    """
    if model:
        shots = await first_that_can(
            in_turn(model, ctx),
            lambda name: _written_by(
                name,
                ctx,
                script=script,
                most=most_shots(max_shots, target_seconds) or MOST_SHOTS,
                target_seconds=target_seconds,
                language=language,
                words_per_minute=words_per_minute,
            ),
        )
        return Board(shots=shots)
    from nodes.storyboard.split import split_script

    shots = split_script(
        script,
        max_shots=max_shots,
        target_seconds=target_seconds,
        language=language,
        words_per_minute=words_per_minute,
    )
    return Board(shots=shots)


async def _written_by(name: str, ctx: Context, **wishes: Any) -> list[Shot]:
    from nodes.remote.runner import RemoteProvider
    from nodes.storyboard.ai import Message, UnusableAnswerError, write_storyboard

    provider = provider_of(name)
    if not isinstance(provider, RemoteProvider):
        raise TaskError(f"{name} is no language model", kind=ErrorKind.INVALID)
    asked: list[Request] = []

    async def ask(messages: list[Message], schema: dict[str, Any]) -> str:
        options = {"messages": messages, "schema": schema}
        asked.append(Request("write_text", name, options=options, step=len(asked) + 1))
        told = (await provider.obtain(asked[-1], ctx)).data
        if not isinstance(told, Mapping) or not isinstance(told.get("text"), str):
            raise TaskError(f"{name} gave no text", kind=ErrorKind.DOWN)
        return str(told["text"])

    try:
        return await write_storyboard(ask=ask, **wishes)
    except UnusableAnswerError:
        for request in asked:
            await provider.discard(request, ctx)
        raise


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
    render = partial(render_sheet, title=title, columns=columns, tick=ctx.tick)
    await ctx.run(render, shots, paths, picture, pages)
    return Sheet(image=await ctx.publish(picture, Image), pdf=await ctx.publish(pages, File))
