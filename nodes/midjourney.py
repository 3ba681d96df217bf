"""Prompts for Midjourney, to paste by hand.

Midjourney has no public API and its terms forbid automation, so nothing is sent anywhere: the node
makes the line that a person pastes; `import_image` then waits for what comes of it. Parameters,
ranges and the models they belong to follow docs.midjourney.com, "Parameter List" and its pages, as
of July 2026. What only others say, or say against each other, is told as advice and never refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from engine import Advice, ErrorKind, StaticArguments, TaskError, node

DEFAULT_VERSION = "8.1"
"""The model of a line without `--v`, since 2026-06-10."""
_PLAN_JOBS = {"basic": 4, "standard": 10, "pro": 40, "mega": 40}
"""Jobs that one line may start, by plan: `--repeat` and permutations."""
_RATIO = re.compile(r"([1-9]\d{0,4}):([1-9]\d{0,4})\Z")
_URL = re.compile(r"https?://[^\s,]+\Z")
_PARAMETER_IN_TEXT = re.compile(r"(?:^|\s)(?:(?:--|—)[A-Za-z]|--\s*\Z)")
_INNERMOST = re.compile(r"(?<!\\)\{([^{}]*)\}")
_COMMA = re.compile(r"(?<!\\),")
_COUNTED = re.compile("\0(\\d+)\0")
_MOST_VARIANTS = 10**6
"""What is counted to: numbers of any length could not be written down."""

Arguments = Mapping[str, Any]

_FLAGS: tuple[tuple[str, str], ...] = (
    ("aspect_ratio", "ar"), ("version", "v"), ("niji", "niji"), ("resolution", ""),
    ("chaos", "chaos"), ("stylize", "stylize"), ("weird", "weird"), ("experimental", "exp"),
    ("quality", "q"), ("seed", "seed"), ("tile", "tile"), ("no", "no"), ("raw", "raw"),
    ("image_weight", "iw"), ("style_reference", "sref"), ("style_weight", "sw"),
    ("style_version", "sv"), ("omni_reference", "oref"), ("omni_weight", "ow"),
    ("character_reference", "cref"), ("character_weight", "cw"), ("profile", "p"),
    ("draft", "draft"), ("speed", ""), ("repeat", "repeat"), ("visibility", ""),
    ("video", "video"), ("motion", "motion"), ("loop", "loop"), ("end_frame", "end"),
    ("batch_size", "bs"),
)  # fmt: skip
"""Parameter -> flag, in the order in which they are written; an empty flag is the value itself."""
_FOR_VIDEO = frozenset(("video", "motion", "loop", "end_frame", "batch_size", "raw"))
_ONLY_VIDEO = _FOR_VIDEO - {"video", "raw"}


def format_midjourney(arguments: Arguments) -> str:
    """Return the line to paste: image URLs, text, parameters in a fixed order.

    Args:
        arguments: The parameters of the `midjourney_prompt` node by name; None means not given.

    Raises:
        TaskError: Parameters contradict each other or the model; all violations in one message.
    """
    if complaints := list(complaints_about(arguments)):
        raise TaskError("; ".join(complaints), kind=ErrorKind.INVALID)
    given = _given(arguments)
    if "omni_reference" in given and "version" not in given:
        given["version"] = "7"
    parts = [*given.get("image_urls", ()), " ".join(given.get("prompt", "").split()).rstrip(" ,")]
    for name, flag in _FLAGS:
        if name in given:
            parts.append(_flag(flag, given[name]))
    return " ".join(part for part in parts if part)


def _flag(flag: str, value: Any) -> str:
    if not flag:
        return f"--{value}"
    if value is True or value == "":
        return f"--{flag}"
    if isinstance(value, float):
        value = f"{value:g}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = (", " if flag == "no" else " ").join(value)
    return f"--{flag} {value}"


def _given(arguments: Arguments) -> dict[str, Any]:
    """Return what is given; a flag that is off and an empty list count as not given."""
    return {
        name: value
        for name, value in arguments.items()
        if value is not None and value is not False and value != []
    }


def complaints_about(arguments: Arguments, wired: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield every contradiction.

    Args:
        arguments: What is known by name.
        wired: Names of parameters that are given and not known yet; no rule guesses them.
    """
    given = _given(arguments)
    for rule in _RULES:
        yield from rule(given, wired)


def _model(given: Arguments) -> str:
    """Return the model as people name it: `V7`, `Niji 6`."""
    if "niji" in given:
        return f"Niji {given['niji']}"
    default = "7" if "omni_reference" in given else DEFAULT_VERSION
    return f"V{given.get('version', default)}"


def _check_text(given: Arguments, wired: frozenset[str]) -> Iterator[str]:
    text, images = given.get("prompt", ""), given.get("image_urls", [])
    if _PARAMETER_IN_TEXT.search(text):
        yield "the text has a -- parameter in it; give it as an input of its own"
    if text.strip() or "prompt" in wired:
        return
    if not images and "image_urls" not in wired:
        yield "there is neither text nor an image"
    for name in ("stylize", "weird"):
        if name in given:
            yield f"{name} needs text; the prompt has images only"
    if "omni_reference" in given:
        yield "omni_reference needs text"


def _check_references(given: Arguments, wired: frozenset[str]) -> Iterator[str]:
    for name in ("image_urls", "omni_reference", "character_reference", "end_frame"):
        urls = given.get(name, ())
        for url in [urls] if isinstance(urls, str) else urls:
            if not _URL.match(url):
                yield f"{name} {url!r} is not an http or https address"
    for reference in given.get("style_reference", ()):
        address = re.sub(r"::\d+(?:\.\d+)?\Z", "", reference)
        if not (_URL.match(address) or re.match(r"(?:\d+|random)\Z", address)):
            yield f"style_reference {reference!r} is not an address, a code or `random`"
    for item in given.get("no", ()):
        if not item.strip() or "--" in item:
            yield f"no: {item!r} is not a thing to leave out"
    if not re.match(r"(?:\w[\w-]*(?: \w[\w-]*)*)?\Z", given.get("profile", "")):
        yield f"profile {given['profile']!r} is not a profile or moodboard code"


def _check_needs(given: Arguments, wired: frozenset[str]) -> Iterator[str]:
    for name, needed in (
        ("image_weight", "image_urls"), ("style_weight", "style_reference"),
        ("style_version", "style_reference"), ("omni_weight", "omni_reference"),
        ("character_weight", "character_reference"),
    ):  # fmt: skip
        if name in given and needed not in given and needed not in wired:
            yield f"{name} needs {needed}"


def _check_model(given: Arguments, wired: frozenset[str]) -> Iterator[str]:
    if "version" in given and "niji" in given:
        yield "version and niji are two models; give one"
    if wired & {"version", "niji", "omni_reference"}:
        return
    model = _model(given)
    for name, models in (
        ("resolution", ("V8.1",)),
        ("quality", ("V7",)),
        ("omni_reference", ("V7", "V8.1")),
        ("character_reference", ("V6", "Niji 6")),
        ("draft", ("V7", "V8.1")),
    ):
        if name in given and model not in models:
            yield f"{name} works with {' and '.join(models)}, not with {model}"
    if given.get("speed") == "turbo" and model == "V8.1":
        yield "speed turbo does not work with V8.1"
    if given.get("style_version") == 7 and model == "V7":
        yield "style_version is 4 or 6 with V7, not 7"
    if model == "Niji 7" and given.get("image_weight", 0) > 2:
        yield f"image_weight is 0 to 2 with Niji 7, not {given['image_weight']:g}"


def _check_ratio(given: Arguments, wired: frozenset[str]) -> Iterator[str]:
    if "aspect_ratio" not in given:
        return
    match = _RATIO.match(given["aspect_ratio"])
    if match is None:
        yield f"aspect_ratio {given['aspect_ratio']!r} is not two whole numbers such as 16:9"
        return
    width, height = int(match[1]), int(match[2])
    most = 4 if given.get("resolution") == "hd" else 14
    limited = not wired & {"version", "niji"} and _model(given) == "V8.1"
    if limited and max(width, height) > most * min(width, height):
        quality = "hd" if most == 4 else "sd"
        yield f"aspect_ratio {match[0]} is beyond {most}:1, the limit of {quality} in V8.1"


def _check_combinations(given: Arguments, wired: frozenset[str]) -> Iterator[str]:
    if "omni_reference" in given:
        if "draft" in given:
            yield "draft does not work with omni_reference"
        if given.get("speed") == "fast":
            yield "speed fast does not work with omni_reference"
        if given.get("quality") == 4:
            yield "quality 4 does not work with omni_reference"
    if given.get("visibility") == "stealth" and given.get("plan") in ("basic", "standard"):
        yield "visibility stealth needs the pro or the mega plan"


def _variants(text: str) -> int:
    """Return how many prompts the `{a, b}` permutations of a text make; they may be nested."""

    def counted(group: re.Match[str]) -> str:
        return f"\0{sum(map(_product, _COMMA.split(group[1])))}\0"

    text, found = text.replace("\0", ""), 1
    while found:
        text, found = _INNERMOST.subn(counted, text)
    return _product(text)


def _product(text: str) -> int:
    return min(_MOST_VARIANTS, math.prod(int(count) for count in _COUNTED.findall(text)))


def _check_jobs(given: Arguments, wired: frozenset[str]) -> Iterator[str]:
    jobs = given.get("repeat", 1) * _variants(given.get("prompt", ""))
    if jobs == 1:
        return
    if given.get("speed") == "relax":
        yield "repeat and {a, b} permutations do not work in relax"
    plan = given.get("plan")
    limit = _PLAN_JOBS[plan] if plan else max(_PLAN_JOBS.values())
    if jobs > limit:
        owner = f"the {plan} plan" if plan else "any plan"
        yield f"the line makes {jobs} jobs; the limit of {owner} is {limit}"


def _check_video(given: Arguments, wired: frozenset[str]) -> Iterator[str]:
    if "video" not in given:
        if "video" not in wired:
            yield from (f"{name} is for video" for name in sorted(_ONLY_VIDEO & given.keys()))
        return
    if "image_urls" not in wired and len(given.get("image_urls", ())) != 1:
        yield "video needs exactly one image, its first frame"
    for name, _ in _FLAGS:
        if name in given and name not in _FOR_VIDEO:
            yield f"{name} is for images; a video does not take it"


Rule = Callable[[Arguments, frozenset[str]], Iterator[str]]
_RULES: tuple[Rule, ...] = (
    _check_text,
    _check_references,
    _check_needs,
    _check_model,
    _check_ratio,
    _check_combinations,
    _check_jobs,
    _check_video,
)


def advice_about(arguments: Arguments, wired: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield what a person should know before pasting, which is no reason to refuse.

    Args:
        arguments: What is known by name.
        wired: Names of parameters that are given and not known yet; no rule guesses them.
    """
    given = _given(arguments)
    if wired & {"version", "niji", "omni_reference"}:
        return
    model = _model(given)
    if "omni_reference" in given and model == "V8.1":
        yield "omni_reference may not work with V8.1: what is written of it differs; V7 is sure"
    elif "omni_reference" in given and not {"version", "niji"} & given.keys():
        yield "omni_reference chooses V7; give a version to choose another model"
    if "experimental" in given and model != "V7":
        yield f"experimental is known to work with V7 only; this is {model}"
    version = given.get("style_version")
    if version is not None and model != "V7" and (version, model) != (7, "V8.1"):
        yield f"style_version {version} may not work with {model}"


def _check(arguments: StaticArguments) -> Iterator[str | Advice]:
    yield from complaints_about(arguments, arguments.wired)
    yield from map(Advice, advice_about(arguments, arguments.wired))


@node(version=1, instant=True, check=_check)
async def midjourney_prompt(
    prompt: Annotated[str, Field(description="What is seen; words to draw go in double quotes")],
    *,
    image_urls: Annotated[
        list[str] | None, Field(max_length=20, description="Addresses of image prompts")
    ] = None,
    aspect_ratio: Annotated[str | None, Field(description="Width to height, as 16:9")] = None,
    version: Annotated[
        Literal["8.1", "7", "6.1", "6"] | None, Field(description="Model; 8.1 where not given")
    ] = None,
    niji: Annotated[Literal["7", "6"] | None, Field(description="Anime model")] = None,
    resolution: Annotated[
        Literal["sd", "hd"] | None, Field(description="About 1024 or 2048 pixels; V8.1")
    ] = None,
    chaos: Annotated[int | None, Field(ge=0, le=100, description="Variety of the results")] = None,
    stylize: Annotated[int | None, Field(ge=0, le=1000, description="Strength of style")] = None,
    weird: Annotated[int | None, Field(ge=0, le=3000, description="Strangeness")] = None,
    experimental: Annotated[
        int | None, Field(ge=0, le=100, description="Experimental detail; V7")
    ] = None,
    quality: Annotated[Literal[1, 2, 4] | None, Field(description="Time spent; V7")] = None,
    seed: Annotated[int | None, Field(ge=0, le=4294967295, description="Start noise")] = None,
    tile: Annotated[bool, Field(description="Make a seamless tile")] = False,
    no: Annotated[list[str] | None, Field(max_length=50, description="Things to leave out")] = None,
    raw: Annotated[bool, Field(description="Less of the house style")] = False,
    image_weight: Annotated[
        float | None, Field(ge=0, le=3, description="Weight of the image prompts")
    ] = None,
    style_reference: Annotated[
        list[str] | None,
        Field(max_length=20, description="Addresses, codes or `random`; weights as URL::2"),
    ] = None,
    style_weight: Annotated[
        int | None, Field(ge=0, le=1000, description="Weight of the style reference")
    ] = None,
    style_version: Annotated[
        Literal[4, 6, 7] | None, Field(description="4 or 6 with V7, 7 with V8.1")
    ] = None,
    omni_reference: Annotated[
        str | None, Field(description="Address of one thing or person to keep; chooses V7")
    ] = None,
    omni_weight: Annotated[
        int | None, Field(ge=1, le=1000, description="Weight of the omni reference")
    ] = None,
    character_reference: Annotated[
        list[str] | None, Field(max_length=20, description="Addresses; V6 and Niji 6")
    ] = None,
    character_weight: Annotated[
        int | None, Field(ge=0, le=100, description="Weight of the character reference")
    ] = None,
    profile: Annotated[
        str | None, Field(description="Profile or moodboard codes; empty for your default")
    ] = None,
    draft: Annotated[bool, Field(description="Quick previews; V7 and V8.1")] = False,
    speed: Annotated[
        Literal["fast", "relax", "turbo"] | None, Field(description="Queue of the job")
    ] = None,
    repeat: Annotated[int | None, Field(ge=2, le=40, description="Jobs from this line")] = None,
    visibility: Annotated[
        Literal["stealth", "public"] | None, Field(description="Who sees the result")
    ] = None,
    video: Annotated[bool, Field(description="Animate the one image given")] = False,
    motion: Annotated[Literal["low", "high"] | None, Field(description="Of a video")] = None,
    loop: Annotated[bool, Field(description="End the video on its first frame")] = False,
    end_frame: Annotated[str | None, Field(description="Address of a video's last frame")] = None,
    batch_size: Annotated[Literal[1, 2, 4] | None, Field(description="Videos of one job")] = None,
    plan: Annotated[
        Literal["basic", "standard", "pro", "mega"] | None,
        Field(description="Your plan, to check what it allows; not written"),
    ] = None,
) -> str:
    """Write a Midjourney prompt with its parameters, checked, to paste by hand.

    Ranges, the models each parameter works with, and combinations that Midjourney refuses are
    checked before a run; `import_image` waits for what comes of it. Parameters come in a fixed
    order. The model is V8.1, or V7 where an omni reference is given; `version` or `niji` choose
    another.
    """
    return format_midjourney(dict(locals()))
