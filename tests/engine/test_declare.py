"""Declaring nodes: what a signature says, and what authors are told of mistakes."""

from __future__ import annotations

from types import ModuleType
from typing import Annotated, Any, Literal, TypeVar

import pytest
from pydantic import Field

from engine import (
    Audio,
    Character,
    Context,
    Image,
    NodeDefinitionError,
    Outputs,
    Registry,
    Shot,
    Video,
    node,
)
from engine.types import PortType, fits, from_annotation, list_of, parse_type, to_annotation
from tests.support.nodes import type_of

T = TypeVar("T")


@node(version=3, pool="media", sink=True)
async def rich(
    image: Image,
    texts: Annotated[list[str], Field(description="Some texts")],
    *,
    size: Annotated[int, Field(ge=1, le=9, description="How large")] = 4,
    fit: Literal["a", "b"] = "a",
    seconds: float | None = None,
    any_media: Image | Video | None = None,
    ctx: Context,
    **more: T,
) -> list[Image]:
    """Do much.

    And more.
    """
    return []


def test_the_signature_is_the_schema() -> None:
    found = type_of(rich)
    assert (found.name, found.version, found.pool, found.sink) == ("rich", 3, "media", True)
    assert (found.summary, found.help) == ("Do much.", "And more.")
    assert found.takes_context
    assert {name: str(p.type) for name, p in found.parameters.items()} == {
        "image": "image",
        "texts": "list[text]",
        "size": "integer",
        "fit": '"a" | "b"',
        "seconds": "number or nothing",
        "any_media": "image | video or nothing",
    }
    assert [name for name, p in found.parameters.items() if p.required] == ["image", "texts"]
    assert found.parameters["size"].description == "How large"
    assert found.extra is not None
    assert str(found.extra.type) == "any"
    assert found.outputs == {"images": list_of(PortType("image"))}


class Two(Outputs):
    video: Video
    words: list[str]


def test_outputs_with_several_ports() -> None:
    @node(version=1)
    async def two(text: str) -> Two:
        """Give two."""
        raise NotImplementedError

    assert {name: str(t) for name, t in type_of(two).outputs.items()} == {
        "video": "video",
        "words": "list[text]",
    }


def wrong(function: Any, **options: Any) -> str:
    with pytest.raises(NodeDefinitionError) as caught:
        node(**{"version": 1, **options})(function)
    assert "(tests.engine.test_declare)" in caught.value.where
    return caught.value.message


def wrong_in_pack(function: Any) -> str:
    module = ModuleType(__name__)
    module.__dict__["f"] = node(version=1)(function)
    with pytest.raises(NodeDefinitionError) as caught:
        Registry().add_module(module, "pack:module")
    assert "(tests.engine.test_declare)" in caught.value.where
    return caught.value.message


class TestMistakes:
    def test_not_async(self) -> None:
        def f(a: str) -> str:
            """Doc."""
            return a

        assert wrong(f) == "a node must be an async function"

    def test_no_docstring(self) -> None:
        async def f(a: str) -> str:
            return a

        assert "docstring" in wrong(f)

    def test_no_type(self) -> None:
        async def f(a) -> str:  # type: ignore[no-untyped-def]
            """Doc."""
            return str(a)

        assert wrong(f) == "parameter a needs a type"

    def test_no_return_type(self) -> None:
        async def f(a: str):  # type: ignore[no-untyped-def]
            """Doc."""

        assert "return type is missing" in wrong(f)

    def test_type_that_is_no_port(self) -> None:
        async def f(a: set[str]) -> str:
            """Doc."""
            return ""

        assert "is not a port type" in wrong(f)

    def test_star_arguments(self) -> None:
        async def f(*a: str) -> str:
            """Doc."""
            return ""

        assert "use a list" in wrong(f)

    def test_default_outside_its_limits(self) -> None:
        async def f(a: Annotated[int, Field(ge=5)] = 1) -> str:
            """Doc."""
            return ""

        assert "the default of a breaks its own limits" in wrong_in_pack(f)

    @pytest.mark.parametrize("limit", [Field(ge=5), Field(pattern="(")])
    def test_limits_that_are_none_for_its_type(self, limit: Any) -> None:
        async def f(a: str = "a") -> str:
            """Doc."""
            return a

        f.__annotations__["a"] = Annotated[str, limit]
        assert "the limits of a do not go with its type" in wrong_in_pack(f)

    def test_version(self) -> None:
        async def f(a: str) -> str:
            """Doc."""
            return ""

        assert wrong(f, version=0) == "the version must be 1 or more"

    def test_unknown_annotation(self) -> None:
        async def f(a: Nothing) -> str:  # type: ignore[name-defined]  # noqa: F821
            """Doc."""
            return ""

        assert "an annotation cannot be read" in wrong(f)

    def test_name_taken(self) -> None:
        registry = Registry([type_of(rich)])
        with pytest.raises(NodeDefinitionError, match="taken"):
            registry.add(type_of(rich))


def test_a_registry_takes_what_a_module_defines_itself() -> None:
    module = ModuleType(__name__)
    module.__dict__.update(globals())
    registry = Registry()
    assert registry.add_module(module) == 1
    assert registry.names() == ["rich"]
    assert "rich" in registry
    assert registry.get("nothing") is None


class TestTypes:
    @pytest.mark.parametrize(
        ("source", "target", "answer"),
        [
            (str, str, True),
            (int, float, True),
            (float, int, False),
            (bool, int, False),
            (str, Literal["a"], True),
            (int, Literal[2, 4], True),
            (str, Literal[2, 4], False),
            (Literal["a"], Literal["a", "b"], True),
            (Literal["a", "c"], Literal["a", "b"], False),
            (Literal["a"], str, True),
            (Image, Image | Video, True),
            (Audio, Image | Video, False),
            (Image | Video, Image, False),
            (Image | Video, Image | Video | Audio, True),
            (Image | None, Image, False),
            (Image, Image | None, True),
            (Shot, Character, False),
            (list[int], list[float], True),
            (list[str], list[int], False),
            (Image, Any, True),
        ],
    )
    def test_what_fits(self, source: Any, target: Any, answer: bool) -> None:
        assert fits(from_annotation(source), from_annotation(target)) is answer

    def test_a_variable_is_the_same_everywhere(self) -> None:
        variables: dict[str, PortType] = {}
        variable = PortType("variable", name="T")
        assert fits(PortType("number"), variable, variables)
        assert fits(PortType("integer"), variable, variables)
        assert not fits(PortType("text"), variable, variables)

    @pytest.mark.parametrize("text", ["text", "list[image]", "choice", "shot", "list[number]"])
    def test_names_go_both_ways(self, text: str) -> None:
        found = parse_type(text, ("a", "b"))
        assert from_annotation(to_annotation(found)) == found

    @pytest.mark.parametrize(
        "text", ["", "pix", "list", "list[]", "list[list[text]]", "text | image"]
    )
    def test_names_that_are_none(self, text: str) -> None:
        with pytest.raises(ValueError, match="type"):
            parse_type(text)
