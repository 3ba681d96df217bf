"""Sound to judge a cut by: a voice that hums the rhythm of the words, and a soft chord."""

from __future__ import annotations

import hashlib
import math
import re
import struct
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from engine.context import Tick, no_tick

RATE = 24_000
"""Samples a second; one channel of 16 bits."""
_SYLLABLE = 0.19
"""Seconds of a syllable at the usual pace: some 150 words a minute."""
_GAP = 0.06
_PAUSES = {",": 0.2, ";": 0.3, ":": 0.3, ".": 0.45, "!": 0.45, "?": 0.45, "…": 0.6}
_VOWELS = re.compile(r"[aeiouyàâäáãåæèéêëìíîïòóôöõøùúûüýœ]+", re.IGNORECASE)
_LOUDNESS = 7000
_LOWEST = 95
"""Pitch of the lowest voice in hertz."""
_CHORDS = ((220, 277, 330), (196, 247, 294), (174, 220, 262), (165, 196, 247))
"""Whole numbers of hertz: each chord comes round after a second, and is repeated without a seam."""


def hum_words(
    text: str,
    out: Path,
    *,
    voice: str = "",
    speed: float = 1.0,
    seed: int = 0,
    tick: Tick = no_tick,
) -> None:
    """Write a WAV in which each syllable is a soft tone.

    Args:
        text: What is said.
        out: The WAV to write.
        voice: Chooses the pitch, so that speakers can be told apart.
        speed: How fast; 1 is a usual pace.
        seed: Chooses another melody.
        tick: Called with the share done.
    """
    words = text.split()
    pitch = _LOWEST * 2 ** (_number(voice, "voice") % 15 / 12)
    tones = [_syllable(pitch * 2 ** (step / 12), _SYLLABLE / speed) for step in (-2, 0, 1, 3)]
    with _wav(out) as file:
        for number, word in enumerate(words):
            for place in range(_syllables(word)):
                tone = _number(f"{seed}/{number}/{place}/{word}", "tone") % len(tones)
                file.writeframesraw(tones[tone])
            rest = round((_GAP + _PAUSES.get(word[-1], 0.0)) / speed * RATE)
            file.writeframesraw(bytes(2 * rest))
            tick((number + 1) / len(words))


def play_chord(prompt: str, seconds: float, out: Path, *, seed: int = 0) -> None:
    """Write a WAV with a soft chord that follows from the words and the seed.

    Args:
        prompt: What is asked for.
        seconds: Length in seconds.
        out: The WAV to write.
        seed: Chooses another chord.
    """
    chord = _CHORDS[_number(f"{seed}/{prompt}", "chord") % len(_CHORDS)]
    second = [
        _LOUDNESS / 2 * math.fsum(math.sin(math.tau * pitch * i / RATE) for pitch in chord) / 3
        for i in range(RATE)
    ]
    total = max(1, round(seconds * RATE))
    with _wav(out) as file:
        for block in _faded(second, total):
            file.writeframesraw(block)


def _faded(second: Sequence[float], total: int) -> Iterator[bytes]:
    """Yield a repeated second of sound that comes in and goes out, block by block."""
    fade = min(RATE, total // 2)
    steady = _packed(second)
    for start in range(0, total, RATE):
        length = min(RATE, total - start)
        if start >= fade and start + length <= total - fade:
            yield steady
        else:
            yield _packed(
                [
                    second[i] * min(1.0, (start + i) / max(1, fade), (total - start - i) / fade)
                    if fade
                    else second[i]
                    for i in range(length)
                ]
            )


def _syllable(pitch: float, seconds: float) -> bytes:
    count = max(2, round(seconds * RATE))
    turn = math.tau * pitch / RATE
    swell = [math.sin(math.pi * i / count) ** 0.7 for i in range(count)]
    tone = [0.8 * math.sin(turn * i) + 0.2 * math.sin(2 * turn * i) for i in range(count)]
    return _packed([_LOUDNESS * a * b for a, b in zip(swell, tone, strict=True)])


def _packed(samples: Sequence[float]) -> bytes:
    return struct.pack(f"<{len(samples)}h", *map(round, samples))


def _syllables(word: str) -> int:
    letters = sum(character.isalnum() for character in word)
    return max(1, len(_VOWELS.findall(word)) or math.ceil(letters / 3))


def _number(text: str, use: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{use}:{text}".encode()).digest()[:6], "big")


@contextmanager
def _wav(out: Path) -> Iterator[wave.Wave_write]:
    with wave.open(str(out), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        yield file
