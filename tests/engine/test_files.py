"""Files that workflows name: which may be read, in what order, and how changes are noticed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from engine.engine import Engine
from engine.errors import ErrorKind, FileAccessError, TaskError, WrongKindError
from engine.files import FileAccess
from engine.values import Media
from tests.support import nodes as support
from tests.support.engines import Bench, inspect


def look(path: Path, kind: type[Media]) -> dict[str, Any]:
    """Take files for what their ending says."""
    if kind.kind != "file" and not path.name.endswith(
        {"image": ".png", "video": ".mp4"}.get(kind.kind, "?")
    ):
        raise WrongKindError(f"not a file of kind {kind.kind}")
    if path.read_bytes() == b"broken":
        raise TaskError("the file is broken", kind=ErrorKind.INVALID)
    return inspect(path, kind)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "work").mkdir()
    return Bench(tmp_path)


@pytest.fixture
def folder(bench: Bench) -> Path:
    return bench.folder / "work"


@pytest.fixture
def files(bench: Bench, folder: Path) -> FileAccess:
    return FileAccess(bench.home, look, [folder])


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")


class TestOutside:
    @pytest.mark.parametrize("path", ["../secret.png", "a/../../secret.png", "/etc/passwd"])
    def test_paths(self, files: FileAccess, folder: Path, path: str) -> None:
        touch(folder.parent, "secret.png")
        with pytest.raises(FileAccessError, match="outside the folders") as caught:
            files.media(path, ["image"], folder)
        assert "--allow" in caught.value.hint

    def test_links(self, files: FileAccess, folder: Path) -> None:
        touch(folder.parent, "secret.png", "out/x.png")
        (folder / "link.png").symlink_to(folder.parent / "secret.png")
        (folder / "there").symlink_to(folder.parent / "out")
        for path in ("link.png", "there/x.png"):
            with pytest.raises(FileAccessError, match="outside"):
                files.media(path, ["image"], folder)
        for pattern in ("*.png", "there/", "there/*.png"):
            with pytest.raises(FileAccessError, match="outside"):
                files.matching(pattern, ["image"], folder)

    def test_links_in_a_circle(self, files: FileAccess, folder: Path) -> None:
        (folder / "a.png").symlink_to(folder / "b.png")
        (folder / "b.png").symlink_to(folder / "a.png")
        with pytest.raises(FileAccessError):
            files.media("a.png", ["image"], folder)

    def test_folders_that_the_user_allows(self, bench: Bench, folder: Path) -> None:
        touch(bench.folder, "more/a.png")
        engine = Engine(bench.home, support.registry(), look, allowed=[bench.folder / "more"])
        nodes = {"d": {"type": "describe", "inputs": {"image": "../more/a.png"}}}
        document = bench.document({"nodes": nodes}, "work/flow.json")
        assert engine.check(document) == []
        assert [p.code for p in bench.engine.check(document)] == ["bad-file"]


class TestNaming:
    def test_the_nearest_name(self, files: FileAccess, folder: Path) -> None:
        touch(folder, "frame.png")
        with pytest.raises(FileAccessError) as caught:
            files.media("fram.png", ["image"], folder)
        assert caught.value.hint == "Did you mean frame.png?"

    def test_a_folder_is_no_file(self, files: FileAccess, folder: Path) -> None:
        touch(folder, "in/a.png")
        with pytest.raises(FileAccessError, match="not a file"):
            files.media("in", ["image"], folder)

    @pytest.mark.skipif(os.name == "nt", reason="there are no named pipes")
    def test_a_pipe_is_no_file(self, files: FileAccess, folder: Path) -> None:
        os.mkfifo(folder / "pipe.png")
        with pytest.raises(FileAccessError, match="neither a file nor a folder"):
            files.media("pipe.png", ["image"], folder)

    def test_wrong_kind(self, files: FileAccess, folder: Path) -> None:
        touch(folder, "a.txt")
        with pytest.raises(TaskError, match="not a file of kind image"):
            files.media("a.txt", ["image"], folder)
        assert files.media("a.txt", ["image", "file"], folder).kind == "file"


class TestMany:
    def test_natural_order(self, files: FileAccess, folder: Path) -> None:
        touch(folder, "10.png", "9.png", "1.png", "a2.png", "a10.png")
        for text in ("*.png", "./"):
            found = files.matching(text, ["image"], folder).media
            names = [files.path(media).name for media in found]
            assert names == ["1.png", "9.png", "10.png", "a2.png", "a10.png"]

    def test_a_folder_gives_those_of_the_right_kind(self, files: FileAccess, folder: Path) -> None:
        touch(folder, "in/a.png", "in/note.txt", "in/.hidden.png", "in/deeper/b.png")
        assert len(files.matching("in/", ["image"], folder).media) == 1

    @pytest.mark.parametrize("kinds", [["image"], ["image", "video"], ["video", "image"]])
    def test_a_broken_file_in_a_folder_is_left_out_and_named(
        self, files: FileAccess, folder: Path, kinds: list[str]
    ) -> None:
        touch(folder, "in/a.png", "in/note.txt")
        (folder / "in" / "b.png").write_bytes(b"broken")
        found = files.matching("in/", kinds, folder)
        assert [files.path(media).name for media in found.media] == ["a.png"]
        assert found.complaint("in") == "1 file of in is left out. b.png: the file is broken."

    def test_a_file_whose_name_says_the_right_kind_is_missed(
        self, bench: Bench, folder: Path
    ) -> None:
        touch(folder, "in/a.png", "in/note.txt", "in/page.webp", "in/film.mp4")
        files = FileAccess(bench.home, look, [folder])
        found = files.matching("in/", ["image"], folder)
        assert (
            found.complaint("in")
            == "1 file of in is left out. page.webp: not a file of kind image."
        )

    def test_many_that_are_left_out_are_counted(self, files: FileAccess, folder: Path) -> None:
        touch(folder, "in/a.png")
        for number in range(1007):
            (folder / "in" / f"b{number}.png").write_bytes(b"broken")
        told = files.matching("in/", ["image"], folder).complaint("in")
        assert told.startswith(
            "1,007 files of in are left out. b0.png: the file is broken. b1.png: "
        )
        assert told.endswith(" b4.png: the file is broken. 1,002 more cannot be used either.")

    def test_a_folder_of_broken_files_only(self, files: FileAccess, folder: Path) -> None:
        (folder / "in").mkdir()
        (folder / "in" / "b.png").write_bytes(b"broken")
        with pytest.raises(FileAccessError, match="no file of the right kind") as caught:
            files.matching("in/", ["image"], folder)
        assert "b.png: the file is broken" in caught.value.hint

    @pytest.mark.parametrize("as_takes", [False, True])
    def test_a_check_warns_of_what_is_left_out(self, bench: Bench, as_takes: bool) -> None:
        touch(bench.folder, "in/a.png", "in/b.png")
        (bench.folder / "in" / "c.png").write_bytes(b"broken")
        engine = Engine(bench.home, support.registry(), look)
        kind = {"type": "describe", "inputs": {"image": "in/"}} if as_takes else None
        images = {"type": "list[image]", "default": "in/"}
        each = {"type": "describe", "inputs": {"image": "${inputs.images}"}}
        data = {"nodes": {"d": kind or each}} | ({} if as_takes else {"inputs": {"images": images}})
        (problem,) = engine.check(bench.document(data))
        assert (problem.severity, problem.code) == ("warning", "left-out-files")
        assert problem.message == "1 file of in/ is left out. c.png: the file is broken."
        assert problem.path == ("nodes.d.inputs.image" if as_takes else "inputs.images.default")

    def test_a_pattern_wants_every_file_whole(self, files: FileAccess, folder: Path) -> None:
        touch(folder, "in/a.png")
        (folder / "in" / "b.png").write_bytes(b"broken")
        with pytest.raises(TaskError, match="the file is broken"):
            files.matching("in/*.png", ["image"], folder)

    @pytest.mark.parametrize(
        "name",
        ["photo [1].png"] + ([] if os.name == "nt" else ["what?.png", "a*.png"]),
    )
    def test_a_name_that_looks_like_a_pattern(
        self, bench: Bench, files: FileAccess, folder: Path, name: str
    ) -> None:
        touch(folder, name, "photo 1.png", "whatx.png", "axx.png")
        assert len(files.matching(name, ["image"], folder).media) == 1
        (bench.folder / name).write_text(name, "utf-8")
        data = {
            "nodes": {"d": {"type": "describe", "inputs": {"image": name}}},
            "outputs": {"o": "${d.text}"},
        }
        assert bench.run(data).outputs == {"o": name}

    def test_a_folder_whose_name_looks_like_a_pattern(
        self, files: FileAccess, folder: Path
    ) -> None:
        touch(folder, "in [1]/a.png", "in [1]/b.png")
        for text in ("in [1]", "in [1]/", "in [1]/*.png"):
            assert len(files.matching(text, ["image"], folder).media) == 2

    def test_a_pattern_wants_all_of_the_right_kind(self, files: FileAccess, folder: Path) -> None:
        touch(folder, "a.png", "note.txt")
        with pytest.raises(TaskError):
            files.matching("*", ["image"], folder)

    @pytest.mark.parametrize("text", ["*.jpg", "none/*.png", "none/"])
    def test_nothing(self, files: FileAccess, folder: Path, text: str) -> None:
        with pytest.raises(FileAccessError):
            files.matching(text, ["image"], folder)

    def test_too_many(
        self, files: FileAccess, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("engine.files.MAX_MATCHES", 3)
        touch(folder, *(f"{i}.png" for i in range(5)))
        for text in ("*.png", "./"):
            with pytest.raises(FileAccessError, match="more than 3 files"):
                files.matching(text, ["image"], folder)


def test_content_counts_and_not_the_name(bench: Bench) -> None:
    def run(name: str) -> int:
        data = {"nodes": {"d": {"type": "describe", "inputs": {"image": name}}}}
        return bench.run(data).counts["ran"]

    for name, content in (("a.png", "one"), ("b.png", "one"), ("c.png", "two")):
        (bench.folder / name).write_text(content, "utf-8")
    assert [run("a.png"), run("b.png"), run("c.png"), run("a.png")] == [1, 0, 1, 0]
    (bench.folder / "a.png").write_text("three", "utf-8")
    assert run("a.png") == 1


def test_another_engine_on_the_home_knows_where_a_file_lies_until_it_is_stored(
    bench: Bench,
) -> None:
    (bench.folder / "a.png").write_text("one", "utf-8")
    data = {"nodes": {"d": {"type": "describe", "inputs": {"image": "a.png"}}}}
    document = bench.document(data)
    other = bench.engine.on(bench.home)
    media = other.files(document).media("a.png", ["image"], bench.folder)
    assert bench.engine.whereabouts(media.digest).samefile(bench.folder / "a.png")
    bench.run(data)
    assert bench.engine.whereabouts(media.digest) == bench.home.blobs.path(media.digest)
