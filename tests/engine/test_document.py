"""Workflow files: loading, what is said of wrong ones, changing, saving."""

from __future__ import annotations

import copy
import json
import os
import random
import stat
from pathlib import Path
from typing import Any

import pytest

from engine.document import Document, NodeSpec, Workflow, create, load, loads
from engine.errors import CheckError, DocumentError, ReelgraphError
from engine.migrations import migrate
from engine.problems import Problem, describe, json_path, nearest
from tests.support.effort import within

FILM = """{
  "$schema": "workflow.schema.json",
  "reelgraph": 1,
  "name": "film",
  "x-editor": {"zoom": 2},
  "inputs": {
    "story": {"type": "text", "help": "The story"},
    "style": {"default": null}
  },
  "nodes": {
    "board": {"type": "storyboard_split", "inputs": {"script": "${inputs.story}"}, "x-color": 3},
    "frame": {"type": "text_to_image",
              "inputs": {"prompt": "${board.shots.prompt}", "seed": [1, 2]}, "retry": 2}
  },
  "outputs": {"frames": "${frame.image}"},
  "layout": {"board": [0, 0.5]}
}
"""


def edited(document: Document) -> dict[str, Any]:
    return copy.deepcopy(dict(document.data))


def problems(text: str | dict[str, Any]) -> tuple[Problem, ...]:
    content = text if isinstance(text, str) else json.dumps(text)
    with pytest.raises(CheckError) as caught:
        loads(content, "film.json")
    return caught.value.problems


def refusal(content: bytes | str) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        loads(content, "film.json")
    return caught.value


class TestLoading:
    def test_model(self) -> None:
        workflow = loads(FILM).workflow
        assert workflow.name == "film"
        assert workflow.nodes["frame"].inputs["seed"] == [1, 2]
        assert workflow.nodes["frame"].retry == 2
        assert workflow.nodes["board"].on_error == "stop"
        assert workflow.layout == {"board": (0, 0.5)}
        assert workflow.inputs["story"].required
        assert not workflow.inputs["style"].required
        assert workflow.model_extra == {"x-editor": {"zoom": 2}}

    def test_lines(self) -> None:
        document = loads(FILM)
        assert document.line(()) == 1
        assert document.line(("nodes", "frame")) == 12
        assert document.line(("nodes", "frame", "inputs", "seed", 1)) == 13
        assert document.line(("nodes", "frame", "inputs", "missing")) == 13

    def test_file(self, tmp_path: Path) -> None:
        path = tmp_path / "film.json"
        path.write_text(FILM, encoding="utf-8")
        document = load(path)
        assert document.path == path
        assert document.name == str(path)
        assert document.text == FILM

    def test_paths_that_are_no_files(self, tmp_path: Path) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        for path, words in (
            (tmp_path / "none.json", "No such file"),
            (tmp_path, "folder"),
            (pipe, "regular file"),
            (Path("a\0b"), "null"),
        ):
            with pytest.raises(DocumentError, match=words):
                load(path)

    def test_large_files_are_refused_before_they_are_read(self, tmp_path: Path) -> None:
        path = tmp_path / "large.json"
        with path.open("wb") as file:
            file.truncate(100 * 1024 * 1024)
        with within(1), pytest.raises(DocumentError, match="limit"):
            load(path)

    def test_ten_thousand_nodes(self) -> None:
        node = {"type": "text_to_image", "inputs": {"prompt": "${n.text}, a harbour", "seed": 1}}
        text = json.dumps({"reelgraph": 1, "nodes": {f"n{i}": node for i in range(10_000)}})
        with within(2):
            assert len(loads(text).workflow.nodes) == 10_000


class TestProblems:
    def test_all_at_once_in_the_order_of_the_file(self) -> None:
        found = problems(
            """{
  "reelgraph": 1,
  "nam": "x",
  "inputs": {"a": {"tpe": "text"}, "b": {"type": "choice"}},
  "nodes": {
    "1a": {"type": "t"},
    "inputs": {"type": "t"},
    "b": {"typ": "t", "retry": 11, "on_error": "skp"},
    "c": {"type": "t", "inputs": [], "version": true, "x-kept": 1}
  },
  "outputs": {"film": 3},
  "layout": {"a": [1], "b": [1, "2"]}
}"""
        )
        assert [str(problem) for problem in found] == [
            "film.json:3: nam: a workflow has no such field (did you mean name?)",
            "film.json:4: inputs.a.tpe: a workflow input has no such field (did you mean type?)",
            'film.json:6: nodes."1a": the name is not allowed: expected letters, digits, _ and -, '
            "no digit or - first, at most 64 characters",
            "film.json:7: nodes.inputs: the name inputs is reserved for the workflow's own inputs: "
            "expected another name",
            "film.json:8: nodes.b.typ: a node has no such field (did you mean type?)",
            "film.json:8: nodes.b.type: the field type is missing",
            "film.json:8: nodes.b.retry: value not allowed: expected at most 10, found 11",
            "film.json:8: nodes.b.on_error: value not allowed: expected stop or skip, "
            'found text "skp" (did you mean skip?)',
            "film.json:9: nodes.c.inputs: wrong type: expected an object, found a list of 0",
            "film.json:9: nodes.c.version: wrong type: expected an integer, found true",
            "film.json:11: outputs.film: wrong type: expected text, found 3",
            "film.json:12: layout.a: wrong type: expected a list of two numbers, found a list of 1",
            'film.json:12: layout.b[1]: wrong type: expected a number, found text "2"',
        ]

    def test_options_belong_to_choices(self) -> None:
        found = problems(
            {
                "reelgraph": 1,
                "inputs": {"a": {"type": "choice"}, "b": {"type": "text", "options": ["x"]}},
            }
        )
        assert [(problem.code, problem.path) for problem in found] == [
            ("missing-field", "inputs.a"),
            ("bad-value", "inputs.b.options"),
        ]

    def test_number_of_problems_is_bounded(self) -> None:
        nodes = {f"n{i}": {"type": i} for i in range(5000)}
        found = problems({"reelgraph": 1, "nodes": nodes})
        assert len(found) == 1001
        assert found[-1].code == "too-many-problems"
        many = {f"n{i}": {"type": "t"} for i in range(20_001)}
        assert [p.code for p in problems({"reelgraph": 1, "nodes": many})] == ["too-large"]

    @pytest.mark.parametrize("content", ["[]", "3", '"text"', "null"])
    def test_not_an_object(self, content: str) -> None:
        assert "one JSON object" in refusal(content).message

    def test_text_with_half_characters(self) -> None:
        assert "UTF-8" in refusal('{"reelgraph": 1, "name": "\ud800"}').message

    def test_as_json(self) -> None:
        problem = Problem("warning", "unused-input", "nobody uses it", "f.json", "inputs.a")
        assert problem.to_json() == {
            "severity": "warning",
            "code": "unused-input",
            "message": "nobody uses it",
            "file": "f.json",
            "path": "inputs.a",
            "line": None,
            "expected": "",
            "found": "",
            "suggestion": "",
        }
        assert str(problem) == "f.json: inputs.a: warning: nobody uses it"

    def test_words(self) -> None:
        assert json_path(("nodes", "a b", "seed", 2)) == 'nodes."a b".seed[2]'
        values: list[Any] = ["", "\x1b", {}, [1], None, 1.5]
        assert [describe(value) for value in values] == [
            "empty text",
            'text "\\u001b"',
            "an object of 0",
            "a list of 1",
            "null",
            "1.5",
        ]
        assert len(describe("x" * 1000)) < 80

    def test_nearest_name(self) -> None:
        assert nearest("promt", ["prompt", "model"]) == "prompt"
        assert nearest("Text-To-Image", ["text_to_video", "text_to_image"]) == "text_to_image"
        assert nearest("zzz", ["prompt"]) == ""
        assert nearest("", ["a"]) == nearest("x" * 100, ["x" * 99]) == ""

    def test_nearest_name_among_many(self) -> None:
        names = [f"node_{i}" for i in range(10_000)]
        with within(2):
            assert nearest("nodee_9999", names).startswith("node_")


class TestChanging:
    def test_only_the_changed_lines_differ(self) -> None:
        document = loads(FILM)
        data = edited(document)
        data["nodes"]["frame"]["inputs"]["seed"] = [1, 2, 3]
        data["nodes"]["board"]["title"] = "Board"
        changed = document.replace(data)
        assert changed.workflow.nodes["board"].title == "Board"
        assert json.loads(changed.text) == data
        assert changed.text == FILM.replace("[1, 2]", "[1, 2, 3]").replace(
            '"x-color": 3}', '"x-color": 3, "title": "Board"}'
        )
        assert document.text == FILM

    def test_taking_a_change_back_restores_the_text(self) -> None:
        document = loads(FILM)
        data = edited(document)
        del data["nodes"]["board"]
        assert document.replace(data).replace(document.data).text == FILM

    def test_data_is_copied(self) -> None:
        document = loads(FILM)
        data = edited(document)
        changed = document.replace(data)
        data["name"] = "other"
        assert changed.data["name"] == changed.workflow.name == "film"

    def test_wrong_data_is_refused_with_lines_of_the_new_text(self) -> None:
        document = loads(FILM)
        data = edited(document)
        data["inputs"]["more"] = {"type": "text"}
        data["nodes"]["frame"]["retry"] = -1
        with pytest.raises(CheckError) as caught:
            document.replace(data)
        assert [(p.line, p.expected) for p in caught.value.problems] == [(14, "at least 0")]

    def test_what_no_file_can_hold_is_refused(self) -> None:
        document = loads(FILM)
        deep: list[Any] = []
        for _ in range(100_000):
            deep = [deep]
        values: list[Any] = [float("nan"), 2**70, "\ud800", deep]
        for value in values:
            with pytest.raises(DocumentError):
                document.replace({**document.data, "x-value": value})

    def test_new_documents_are_formatted(self) -> None:
        document = create({"reelgraph": 1, "nodes": {"a": {"type": "t"}}})
        assert document.text == (
            '{\n  "reelgraph": 1,\n  "nodes": {\n    "a": {"type": "t"}\n  }\n}\n'
        )

    def test_models_are_frozen(self) -> None:
        with pytest.raises(ValueError, match="frozen"):
            NodeSpec(type="t").type = "u"  # type: ignore[misc]


class TestSaving:
    @pytest.mark.parametrize(
        "content",
        [
            FILM.encode(),
            b"\xef\xbb\xbf" + FILM.encode(),
            FILM.replace("\n", "\r\n").encode(),
            FILM.rstrip().encode(),
            FILM.replace("  ", "\t ").encode(),
            b'\n\n {"reelgraph":1 ,"name":"\\u00e9\xc3\xa9" , "x-n": 1.50e0}  \n\n',
        ],
    )
    def test_untouched_files_keep_their_bytes(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "film.json"
        path.write_bytes(content)
        document = load(path)
        document.save()
        assert path.read_bytes() == content
        document.replace(document.data).save()
        assert path.read_bytes() == content

    def test_changed_files_keep_mark_and_line_ends(self, tmp_path: Path) -> None:
        path = tmp_path / "film.json"
        content = b"\xef\xbb\xbf" + FILM.replace("\n", "\r\n").encode()
        path.write_bytes(content)
        document = load(path)
        document.replace({**document.data, "name": "other"}).save()
        assert path.read_bytes() == content.replace(b'"film"', b'"other"')

    def test_saving_elsewhere(self, tmp_path: Path) -> None:
        saved = loads(FILM).save(tmp_path / "new.json")
        assert saved.path == tmp_path / "new.json"
        assert load(tmp_path / "new.json").data == saved.data
        assert [path.name for path in tmp_path.iterdir()] == ["new.json"]

    def test_permissions_and_symbolic_links_are_kept(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        target, link = tmp_path / "real" / "film.json", tmp_path / "film.json"
        target.write_text(FILM, encoding="utf-8")
        target.chmod(0o640)
        link.symlink_to(target)
        document = load(link)
        document.replace({**document.data, "name": "other"}).save()
        assert link.is_symlink()
        assert load(target).workflow.name == "other"
        assert stat.S_IMODE(target.stat().st_mode) == 0o640

    def test_failures_leave_the_old_file(self, tmp_path: Path) -> None:
        loop = tmp_path / "loop"
        loop.symlink_to(loop)
        for path in (tmp_path, tmp_path / "none" / "f.json", loop, Path("a\0b")):
            with pytest.raises(DocumentError, match="cannot be written"):
                loads(FILM).save(path)
        with pytest.raises(DocumentError, match="no file yet"):
            loads(FILM).save()
        assert list(tmp_path.iterdir()) == [loop]

    def test_a_file_that_was_not_there_is_not_called_unchanged(self, tmp_path: Path) -> None:
        with pytest.raises(DocumentError) as raised:
            loads(FILM).save(tmp_path / "none" / "f.json")
        assert "unchanged" not in str(raised.value)

    @pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write to any file")
    def test_write_protection_is_respected(self, tmp_path: Path) -> None:
        path = tmp_path / "film.json"
        path.write_text(FILM, encoding="utf-8")
        path.chmod(0o444)
        with pytest.raises(DocumentError, match="write-protected"):
            load(path).save()


class TestVersions:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({}, "does not say"),
            ({"reelgraph": "1"}, 'found text "1"'),
            ({"reelgraph": True}, "found true"),
            ({"reelgraph": 1.0}, "found 1.0"),
            ({"reelgraph": 0}, "found 0"),
            ({"reelgraph": 2}, "reads up to 1"),
        ],
    )
    def test_versions_that_cannot_be_read(self, data: dict[str, Any], words: str) -> None:
        error = refusal(json.dumps(data))
        assert words in error.message
        assert error.hint

    def test_older_files_are_brought_up_to_date_step_by_step(self) -> None:
        def rename(data: dict[str, Any]) -> dict[str, Any]:
            data["name"] = data.pop("title")
            return data

        def tag(data: dict[str, Any]) -> dict[str, Any]:
            return {**data, "x-tag": True}

        old = {"reelgraph": 1, "title": "film"}
        data, notes = migrate(old, "f.json", current=3, migrations={1: rename, 2: tag})
        assert data == {"reelgraph": 3, "name": "film", "x-tag": True}
        assert old == {"reelgraph": 1, "title": "film"}
        assert notes == [
            "f.json: read from format 1 as format 2",
            "f.json: read from format 2 as format 3",
        ]


def test_schema_describes_every_field() -> None:
    schema = Workflow.model_json_schema()
    models = [schema, *schema["$defs"].values()]
    assert len(models) == 5
    for model in models:
        assert model["additionalProperties"] is False
        assert "^x-" in model["patternProperties"]
        for name, field in model["properties"].items():
            assert field.get("description"), name


def test_damaged_files_end_in_one_clear_error() -> None:
    source = random.Random(7)
    original = FILM.encode()
    pieces = [
        b'"',
        b"{",
        b"}",
        b"[",
        b",",
        b":",
        b"\\",
        b"9" * 400,
        b"e999",
        b"null",
        b"\xff",
        b"\0",
    ]
    for _ in range(300):
        data = bytearray(original)
        for _ in range(source.randint(1, 6)):
            start = source.randrange(len(data))
            end = start + source.choice([0, 1, 1, 20])
            data[start:end] = source.choice([*pieces, bytes([source.randrange(256)])])
        with within(1):
            try:
                document = loads(bytes(data), "film.json")
                assert document.replace(document.data).text == document.text
            except ReelgraphError as error:
                assert isinstance(error, DocumentError | CheckError)
                assert str(error).startswith("film.json")
