"""Values of inputs as they are typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document import create
from engine.errors import FileAccessError, ReelgraphError, TaskError, UsageError, WrongKindError
from engine.files import FileAccess
from engine.store import Home
from engine.values import Image, Media
from tests.support.engines import inspect
from tui.cli.inputs import read_inputs

Read = Callable[..., Any]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    with Home.open(tmp_path / "home") as home:
        files = FileAccess(home, inspect, [tmp_path / "elsewhere"])

        def read(kind: str, text: str, **spec: Any) -> Any:
            document = create({"reelgraph": 1, "inputs": {"x": {"type": kind, **spec}}})
            values, warnings = read_inputs(document, [f"x={text}"], files)
            assert not warnings
            return values["x"]

        yield read


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "a = b, c", "a = b, c"),
        ("text", "", ""),
        ("text", "[1, 2]", "[1, 2]"),
        ("text", "@@home", "@home"),
        ("text", "${not.a.reference}", "${not.a.reference}"),
        ("integer", "-3", -3),
        ("number", "0.5", 0.5),
        ("number", "2", 2.0),
        ("boolean", "yes", True),
        ("boolean", "False", False),
        ("list[text]", '["a", "b"]', ["a", "b"]),
        ("list[integer]", "[1, 2]", [1, 2]),
        ("integer", "[1, 2, 3]", [1, 2, 3]),
        ("character", '{"name": "Ada"}', {"name": "Ada"}),
    ],
)
def test_values(read: Read, kind: str, text: str, value: Any) -> None:
    assert read(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("integer", "three", "'three' is not a whole number"),
        ("integer", "1.5", "not a whole number"),
        ("number", "nan", "not a finite number"),
        ("number", "x", "not a number"),
        ("boolean", "maybe", "neither true nor false"),
        ("list[text]", "a,b", "not JSON"),
        ("list[text]", '{"a": 1}', "a list is wanted"),
        ("text", "@missing.txt", r"missing.txt: the file cannot be read"),
        ("image", "missing.png", "missing.png: the file cannot be read"),
        ("list[image]", "nothing-*.png", r"nothing-\*.png: no file matches this pattern"),
        ("list[image]", "nothing", "nothing: there is no such file or folder"),
        ("list[image]", "nothing/*.png", "nothing: there is no such folder"),
        ("list[image]", "**.png", r"\*\*.png: this cannot be followed"),
        ("list[image]", "x" * 300, "x: this cannot be followed"),
        ("list[image]", "", "'' is not a path"),
        ("image", "~nobody-of-that-name", "cannot be read"),
        ("image", "", "'' is not a path"),
        ("text", "@a\0b", "is not a path"),
        ("text", "a \udcff", "bytes or halves of characters that are no text"),
        ("list[text]", '["a \\ud83d"]', "bytes or halves of characters that are no text"),
        ("character", '{"name": "\\ud83d"}', "bytes or halves of characters that are no text"),
    ],
)
def test_wrong_values(read: Read, kind: str, text: str, message: str) -> None:
    with pytest.raises(ReelgraphError, match=message) as caught:
        read(kind, text)
    assert caught.value.where == "--set x"


def test_a_choice_is_checked(read: Read) -> None:
    assert read("choice", "warm", options=["warm", "cold"]) == "warm"
    assert read("choice", '["warm"]', options=["warm", "cold"]) == ["warm"]
    with pytest.raises(UsageError) as caught:
        read("choice", "wram", options=["warm", "cold"])
    assert caught.value.hint == "Did you mean warm?"


def test_text_from_a_file(read: Read, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfUne fable\nd\xc3\xa9j\xc3\xa0")
    assert read("text", "@a.txt") == "Une fable\ndéjà"
    (tmp_path / "list.json").write_text('["a"]')
    assert read("list[text]", "@list.json") == ["a"]


def test_a_file_that_is_not_utf8(read: Read, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    with pytest.raises(UsageError, match=r"not UTF-8 text \(byte 4\)"):
        read("text", "@a.txt")


def test_a_misspelt_file(read: Read, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("x")
    with pytest.raises(UsageError) as caught:
        read("text", "@stroy.txt")
    assert caught.value.hint == "Did you mean story.txt?"
    with pytest.raises(FileAccessError) as refused:
        read("image", "stroy.txt")
    assert refused.value.hint == "Did you mean story.txt?"


def test_a_picture_may_lie_anywhere(read: Read, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("a")
    handle = read("image", "a.png")
    assert isinstance(handle, Image)
    assert read("image", str(tmp_path / "a.png")) == handle
    assert read("list[image]", "a.png") == [handle]
    assert read("list[image]", '["a.png", "a.png"]') == [handle, handle]


def test_a_folder_and_a_pattern_are_in_natural_order(read: Read, tmp_path: Path) -> None:
    stills = tmp_path / "stills"
    stills.mkdir()
    for name in ("10.png", "2.png", "1.jpg"):
        (stills / name).write_text(name)
    (stills / ".hidden.png").write_text("no")
    sizes = [len("1.jpg"), len("2.png"), len("10.png")]
    assert [image.size for image in read("list[image]", "stills")] == sizes
    assert [image.size for image in read("list[image]", "stills/*.png")] == sizes[1:]


def test_a_misspelt_folder(read: Read, tmp_path: Path) -> None:
    (tmp_path / "stills").mkdir()
    for text in ("stils", "stils/*.png"):
        with pytest.raises(UsageError) as caught:
            read("list[image]", text)
        assert caught.value.hint == "Did you mean stills?"


def test_paths_start_from_the_folder_that_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "film"
    folder.mkdir()
    (folder / "story.txt").write_text("A fox.")
    (folder / "a.png").write_text("a")
    kinds = {"story": "text", "still": "image", "all": "list[image]", "some": "list[image]"}
    inputs = {name: {"type": kind} for name, kind in kinds.items()}
    document = create({"reelgraph": 1, "inputs": inputs})
    settings = ["story=@story.txt", "still=a.png", "all=.", "some=*.png"]
    with Home.open(tmp_path / "home") as home:
        files = FileAccess(home, look, [])
        values, _ = read_inputs(document, settings, files, folder)
        assert values["story"] == "A fox."
        assert values["all"] == values["some"] == [values["still"]]
        with pytest.raises(UsageError, match=str(folder / "stroy.txt")) as caught:
            read_inputs(document, ["story=@stroy.txt"], files, folder)
        assert caught.value.hint == "Did you mean story.txt?"


def look(path: Path, kind: type[Media]) -> dict[str, Any]:
    """Take files for what their ending says."""
    if path.suffix != ".png":
        raise WrongKindError("not a picture")
    if not path.stat().st_size:
        raise TaskError("the file is empty")
    return inspect(path, kind)


def test_a_folder_warns_of_what_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("a")
    (tmp_path / "b.png").touch()
    (tmp_path / "notes.txt").touch()
    document = create({"reelgraph": 1, "inputs": {"x": {"type": "list[image]"}}})
    with Home.open(tmp_path / "home") as home:
        files = FileAccess(home, look, [])
        values, (warning,) = read_inputs(document, [f"x={tmp_path}"], files)
        assert len(values["x"]) == 1
        assert (warning.severity, warning.path) == ("warning", "inputs.x")
        assert warning.message == f"1 file of {tmp_path} is left out. b.png: the file is empty."
        (tmp_path / "a.png").unlink()
        with pytest.raises(UsageError, match="there is no image file in this folder") as caught:
            read_inputs(document, [f"x={tmp_path}"], files)
        assert "b.png: the file is empty" in caught.value.hint


def test_unknown_inputs(tmp_path: Path) -> None:
    document = create({"reelgraph": 1, "inputs": {"story": {}}})
    with Home.open(tmp_path / "home") as home:
        files = FileAccess(home, inspect, [])
        with pytest.raises(UsageError) as caught:
            read_inputs(document, ["stroy=x"], files)
        assert caught.value.hint == "Did you mean story?"
        with pytest.raises(UsageError) as caught:
            read_inputs(document, ["zzz=x"], files)
        assert caught.value.hint == "Its inputs are story."
        with pytest.raises(UsageError, match="a value is missing"):
            read_inputs(document, ["story"], files)


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with Home.open(tmp_path_factory.mktemp("home")) as home:
        yield home


@given(
    kind=st.sampled_from(
        ["text", "integer", "number", "boolean", "image", "list[text]", "list[image]", "shot"]
    ),
    text=st.text(max_size=30),
)
def test_whatever_is_typed_is_a_value_or_an_error(shared_home: Home, kind: str, text: str) -> None:
    document = create({"reelgraph": 1, "inputs": {"x": {"type": kind}}})
    try:
        read_inputs(document, [f"x={text}"], FileAccess(shared_home, inspect, []))
    except ReelgraphError as error:
        assert error.message
