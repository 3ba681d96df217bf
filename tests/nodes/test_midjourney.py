"""The Midjourney line: its order, its ranges, and what Midjourney refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine import Registry, TaskError
from nodes import midjourney
from nodes.midjourney import advice_about, complaints_about, format_midjourney
from tests.support.engines import Bench

URL = "https://example.org/a.png"


def complaints(**arguments: Any) -> list[str]:
    return list(complaints_about({"prompt": "a hare", **arguments}))


def test_images_text_and_parameters_in_a_fixed_order() -> None:
    arguments: dict[str, Any] = {
        "seed": 0, "raw": True, "no": ["text", "rain"], "aspect_ratio": "16:9", "tile": False,
        "image_weight": 1.5, "image_urls": [URL], "prompt": "a hare\n at  dawn", "version": "7",
        "profile": "", "speed": "relax", "style_reference": [URL + "::2", "123"],
    }  # fmt: skip
    line = (
        f"{URL} a hare at dawn --ar 16:9 --v 7 --seed 0 --no text, rain --raw --iw 1.5 "
        f"--sref {URL}::2 123 --p --relax"
    )
    assert format_midjourney(arguments) == line
    assert format_midjourney(dict(reversed(arguments.items()))) == line


def test_an_omni_reference_chooses_its_model() -> None:
    line = format_midjourney({"prompt": "a hare", "omni_reference": URL})
    assert line == f"a hare --v 7 --oref {URL}"
    assert complaints(omni_reference=URL, version="8.1") == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"resolution": "hd", "aspect_ratio": "5:1"}, "beyond 4:1"),
        ({"aspect_ratio": "1:15"}, "beyond 14:1"),
        ({"aspect_ratio": "16x9"}, "not two whole numbers"),
        ({"aspect_ratio": "0:9"}, "not two whole numbers"),
        ({"quality": 2}, "quality works with V7"),
        ({"niji": "7", "version": "7"}, "two models"),
        ({"niji": "7", "image_urls": [URL], "image_weight": 2.5}, "0 to 2 with Niji 7"),
        ({"character_reference": [URL]}, "V6 and Niji 6"),
        ({"omni_reference": URL, "draft": True}, "draft does not work"),
        ({"omni_reference": URL, "speed": "fast"}, "speed fast"),
        ({"omni_reference": URL, "quality": 4}, "quality 4"),
        ({"omni_reference": URL, "niji": "7"}, "omni_reference works with"),
        ({"speed": "turbo"}, "turbo does not work with V8.1"),
        ({"speed": "relax", "repeat": 3}, "do not work in relax"),
        ({"prompt": "a {red, blue} hare", "speed": "relax"}, "do not work in relax"),
        ({"prompt": "{a, b, c} {d, e}", "plan": "basic"}, "makes 6 jobs; the limit of the basic"),
        ({"repeat": 30, "prompt": "{a, b}"}, "limit of any plan is 40"),
        ({"visibility": "stealth", "plan": "standard"}, "stealth needs"),
        ({"image_weight": 1.0}, "needs image_urls"),
        ({"style_weight": 5}, "needs style_reference"),
        (
            {"style_reference": ["random"], "style_version": 7, "version": "7"},
            "style_version is 4 or 6",
        ),
        ({"prompt": "{a, {b, c, d}} {e, f}", "plan": "basic"}, "makes 8 jobs"),
        ({"prompt": "{a {b, c}, d {e, f} {g, h}}", "plan": "basic"}, "makes 6 jobs"),
        ({"prompt": "a hare --"}, "has a -- parameter in it"),
        ({"style_reference": ["a b"]}, "not an address, a code"),
        ({"image_urls": ["ftp://x"]}, "not an http or https address"),
        ({"prompt": "a hare --ar 1:1"}, "has a -- parameter in it"),
        ({"prompt": " "}, "neither text nor an image"),
        ({"prompt": "", "image_urls": [URL], "stylize": 5}, "stylize needs text"),
        ({"prompt": "", "omni_reference": URL}, "omni_reference needs text"),
        ({"no": ["--x"]}, "not a thing to leave out"),
        ({"profile": "a --x"}, "not a profile"),
        ({"motion": "low"}, "motion is for video"),
        ({"video": True}, "exactly one image"),
        ({"video": True, "image_urls": [URL], "chaos": 3}, "chaos is for images"),
    ],
)
def test_what_midjourney_refuses(arguments: dict[str, Any], words: str) -> None:
    found = complaints(**arguments)
    assert any(words in complaint for complaint in found), found


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"omni_reference": URL}, "chooses V7"),
        ({"omni_reference": URL, "version": "8.1"}, "may not work with V8.1"),
        ({"experimental": 5, "niji": "7"}, "this is Niji 7"),
        ({"style_reference": ["random"], "style_version": 4}, "style_version 4"),
    ],
)
def test_what_is_not_sure_is_advice(arguments: dict[str, Any], words: str) -> None:
    assert complaints(**arguments) == []
    (advice,) = advice_about({"prompt": "a hare", **arguments})
    assert words in advice


def test_a_comma_before_the_parameters_goes() -> None:
    assert format_midjourney({"prompt": "a hare, dawn, ", "chaos": 5}) == "a hare, dawn --chaos 5"


@pytest.mark.parametrize("text", ["{" * 5000, "}{", "{,}" * 20_000, "{a\0 9\0, b}"])
def test_odd_braces_are_counted_without_harm(text: str) -> None:
    assert isinstance(complaints(prompt=text), list)


def test_a_video_line() -> None:
    arguments = {
        "prompt": "it runs", "image_urls": [URL], "video": True, "motion": "high", "batch_size": 1,
    }  # fmt: skip
    assert format_midjourney(arguments) == f"{URL} it runs --video --motion high --bs 1"


def test_an_escaped_comma_makes_no_permutation() -> None:
    assert complaints(prompt=r"a {red\, blue} hare", speed="relax") == []


def test_all_violations_come_in_one_error() -> None:
    with pytest.raises(TaskError, match=r"quality works.*turbo does not"):
        format_midjourney({"prompt": "a", "quality": 1, "speed": "turbo"})


def test_what_is_wired_is_not_guessed() -> None:
    known = {"image_weight": 1.0, "quality": 2}
    assert list(complaints_about(known, frozenset(("prompt", "image_urls", "version")))) == []


def test_the_node_in_a_workflow(tmp_path: Path) -> None:
    registry = Registry()
    registry.add_module(midjourney)
    bench = Bench(tmp_path, registry)
    node = {"type": "midjourney_prompt", "inputs": {"prompt": "a hare", "chaos": 5}}
    flow = {"nodes": {"line": node}, "outputs": {"line": "${line.text}"}}
    assert bench.run(flow).outputs["line"] == "a hare --chaos 5"
    bad = {"prompt": "a hare", "chaos": 500, "quality": 2, "speed": "turbo"}
    problems = bench.problems({"nodes": {"line": {"type": "midjourney_prompt", "inputs": bad}}})
    assert any("chaos" in problem for problem in problems)
