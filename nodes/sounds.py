"""Nodes that ask a model for sound: speech with its subtitles, music, effects."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from engine import Audio, Context, ErrorKind, File, Media, Outputs, TaskError, node
from nodes import media
from nodes.asking import (
    Models,
    Options,
    Seed,
    check_of,
    first_that_can,
    in_turn,
    make,
    traits_of,
)
from nodes.providers import Trainer, provider_of
from nodes.requests import Request


class Speech(Outputs):
    """A voice, and when its words are heard."""

    audio: Audio
    srt: File


@node(version=1, traits=traits_of("speech"), check=check_of("speech"))
async def speech(
    text: Annotated[str, Field(min_length=1, max_length=100_000, description="What is said")],
    *,
    voice: Annotated[
        str | None, Field(max_length=200, description="Who says it, by the model's name or id")
    ] = None,
    language: Annotated[
        str | None, Field(max_length=20, description="As en or pt-BR; the model's guess by default")
    ] = None,
    speed: Annotated[
        float | None, Field(gt=0, le=4, description="1 is the voice's own pace")
    ] = None,
    model: Models = ["animatic/voice"],  # noqa: B006 - validated and never changed
    seed: Seed = None,
    options: Options = None,
    ctx: Context,
) -> Speech:
    """Speak a text.

    The subtitles go straight into `subtitle`, as its `file`. Where a model does not tell when each
    word is heard, the words share the length of the sound. The built-in model hums the rhythm of
    the words, each voice at its own pitch: for the length and the pace of a scene, before paying.
    """

    async def ask(name: str) -> Speech:
        request = Request(
            "speech",
            name,
            prompt=text,
            voice=voice,
            language=language,
            speed=speed,
            seed=seed,
            options=options or {},
        )
        audio, told = await _spoken(request, ctx)
        words = media.read_timing(told, audio.seconds) or media.spread(text, audio.seconds)
        srt = ctx.scratch("speech.srt")
        media.write_srt(media.cues_from_words(words), srt)
        return Speech(audio=audio, srt=await ctx.publish(srt, File))

    return await first_that_can(in_turn(model, ctx), ask)


async def _spoken(request: Request, ctx: Context) -> tuple[Audio, Any]:
    """Return the voice, and what the model tells besides."""
    provider = provider_of(request.model)
    files: list[Media]
    told: Any = None
    if isinstance(provider, Trainer):
        made = await provider.obtain(request, ctx)
        files, told = made.files, made.data
    else:
        files = await provider.make(request, ctx)
    voices = [each for each in files if isinstance(each, Audio)]
    if not voices:
        raise TaskError(f"{request.model} gave no audio", kind=ErrorKind.DOWN)
    return (voices[0] if len(voices) == 1 else await _joined(voices, ctx)), told


async def _joined(voices: list[Audio], ctx: Context) -> Audio:
    """Put the parts of a long speech one after another."""
    out: Path = ctx.scratch("speech.wav")
    paths = [ctx.path(voice) for voice in voices]
    await ctx.run(media.mix_sounds, paths, out, None, "sequence", 0.0, 0.0, False, ctx.tick)
    return await ctx.publish(out, Audio)


@node(version=1, traits=traits_of("text_to_audio"), check=check_of("text_to_audio"))
async def text_to_audio(
    prompt: Annotated[str, Field(description="What is heard: `rain on a tin roof`, `slow piano`")],
    *,
    duration: Annotated[
        float | None, Field(gt=0, le=3600, description="Length in seconds; the model's by default")
    ] = None,
    model: Models = ["animatic/sound"],  # noqa: B006 - validated and never changed
    seed: Seed = None,
    options: Options = None,
    ctx: Context,
) -> Audio:
    """Make music or a sound effect from words.

    The built-in model plays a soft chord, which follows from the words.
    """
    return await make(
        "text_to_audio",
        Audio,
        model,
        ctx,
        prompt=prompt,
        seconds=duration,
        seed=seed,
        options=options,
    )
