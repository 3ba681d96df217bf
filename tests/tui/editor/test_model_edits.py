"""Every edit: what it does to the file, and when it is refused."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import loads
from engine.references import Reference
from tests.tui.editor.model_films import TEXT, film, inputs, model, some_edit
from tui.editor.model import (
    Change,
    Editing,
    Refused,
    Slot,
    can_insert,
    edits,
    relinks,
    takes_of,
)
from tui.editor.model.picks import picked_take


def ref(text: str) -> Reference:
    node, port, *path = text.split(".")
    return Reference(node, port, tuple(path))


def lines_changed(editing: Editing) -> list[str]:
    return [
        line.strip()
        for line in editing.snapshot.document.text.splitlines()
        if line not in TEXT.splitlines()
    ]


class TestAdding:
    def test_ids_are_unique(self) -> None:
        editing = film()
        for _ in range(3):
            editing.apply(edits.add_node(editing.snapshot, "upper"))
        assert list(editing.snapshot.nodes)[-3:] == ["upper", "upper_2", "upper_3"]

    def test_wired_to_what_is_selected(self) -> None:
        editing = film()
        change = edits.add_node(editing.snapshot, "describe", source=ref("frame.image"))
        editing.apply(change)
        assert inputs(editing, "describe") == {"image": "${frame.image}"}
        assert lines_changed(editing) == [
            '"describe": {"type": "describe", "inputs": {"image": "${frame.image}"}},'
        ]
        assert editing.snapshot.selection == ("describe",)

    def test_wired_to_a_free_port(self) -> None:
        editing = model({"nodes": {"a": {"type": "describe"}}})
        change = edits.add_node(editing.snapshot, "picture", target=Slot("a", "image"))
        editing.apply(change)
        assert inputs(editing, "a") == {"image": "${picture.image}"}

    def test_at_a_place(self) -> None:
        editing = film()
        editing.apply(edits.add_node(editing.snapshot, "upper", place=(3, 4)))
        assert editing.snapshot.data["layout"]["upper"] == [3, 4]

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda s: edits.add_node(s, "uper"), "there is no node type uper"),
            (lambda s: edits.add_node(s, "upper", node_id="frame"), "there is a node frame"),
            (lambda s: edits.add_node(s, "upper", node_id="inputs"), "reserved"),
            (lambda s: edits.add_node(s, "upper", source=ref("frame.image")), "takes no image"),
            (lambda s: edits.add_node(s, "upper", source=ref("frame.sound")), "nothing called"),
            (
                lambda s: edits.add_node(s, "picture", target=Slot("loud", "seed")),
                r"picture.image gives image, but loud.seed takes integer",
            ),
        ],
    )
    def test_refused(self, change: object, reason: str) -> None:
        assert callable(change)
        with pytest.raises(Refused, match=reason):
            change(film().snapshot)


class TestWires:
    def test_into_a_free_port(self) -> None:
        editing = film()
        editing.apply(edits.unset_parameter(editing.snapshot, "tell", "image"))
        editing.apply(edits.connect(editing.snapshot, ref("frame.image"), Slot("tell", "image")))
        assert editing.snapshot.document.text == TEXT

    def test_into_a_list_as_another_item(self) -> None:
        editing = film()
        editing.apply(edits.connect(editing.snapshot, ref("tell.text"), Slot("all", "texts")))
        assert inputs(editing, "all")["texts"] == ["start", "${loud.text}", "${tell.text}"]

    def test_a_single_value_of_a_list_becomes_a_list(self) -> None:
        editing = model(
            {
                "nodes": {
                    "a": {"type": "upper", "inputs": {"text": "x"}},
                    "b": {"type": "upper", "inputs": {"text": "y"}},
                    "j": {"type": "join", "inputs": {"texts": "${a.text}"}},
                }
            }
        )
        editing.apply(edits.connect(editing.snapshot, ref("b.text"), Slot("j", "texts")))
        assert inputs(editing, "j")["texts"] == ["${a.text}", "${b.text}"]
        with pytest.raises(Refused, match="is wired to"):
            edits.connect(editing.snapshot, ref("b.text"), Slot("j", "texts"))
        change = edits.connect(editing.snapshot, ref("b.text"), Slot("j", "texts"), way="replace")
        editing.apply(change)
        assert inputs(editing, "j")["texts"] == "${b.text}"

    def test_a_value_is_replaced(self) -> None:
        editing = film()
        editing.apply(
            edits.connect(editing.snapshot, ref("board.shots.motion"), Slot("loud", "text"))
        )
        assert inputs(editing, "loud")["text"] == "${board.shots.motion}"

    def test_into_any_name_of_a_node_that_takes_further_inputs(self) -> None:
        editing = model({"nodes": {"c": {"type": "choose"}, "a": {"type": "upper"}}})
        editing.apply(edits.connect(editing.snapshot, ref("a.text"), Slot("c", "mine")))
        assert inputs(editing, "c") == {"mine": "${a.text}"}

    @pytest.mark.parametrize(
        ("source", "target", "reason"),
        [
            ("frame.image", Slot("loud", "text"), "frame.image gives image, but loud.text takes"),
            ("all.text", Slot("frame", "name"), "all needs frame: the wire would close a circle"),
            ("frame.image", Slot("frame", "name"), "gives image"),
            ("loud.text", Slot("loud", "text"), "loud cannot need itself"),
            ("frame.sound", Slot("tell", "image"), "there is nothing called frame.sound"),
            ("inputs.nothing", Slot("tell", "image"), "there is nothing called inputs.nothing"),
            ("frame.image", Slot("tell", "picture"), "tell has no parameter picture"),
            ("frame.image", Slot("nobody", "image"), "there is no node nobody"),
        ],
    )
    def test_refused(self, source: str, target: Slot, reason: str) -> None:
        with pytest.raises(Refused, match=reason):
            edits.connect(film().snapshot, ref(source), target)

    def test_disconnect(self) -> None:
        editing = film()
        editing.apply(edits.disconnect(editing.snapshot, Slot("tell", "image")))
        assert inputs(editing, "tell") == {}
        editing.apply(edits.disconnect(editing.snapshot, Slot("all", "texts")))
        assert inputs(editing, "all")["texts"] == ["start"]
        change = edits.disconnect(editing.snapshot, Slot("frame", "name"), ref("inputs.style"))
        editing.apply(change)
        assert inputs(editing, "frame")["name"] == "${board.shots.prompt}, $${x} "
        with pytest.raises(Refused, match="nothing is wired"):
            edits.disconnect(editing.snapshot, Slot("tell", "image"))

    def test_a_node_goes_into_a_wire(self) -> None:
        editing = film()
        change = edits.insert_node(
            editing.snapshot, "upper", ref("loud.text"), Slot("all", "texts"), place=(1, 2)
        )
        editing.apply(change)
        assert inputs(editing, "upper") == {"text": "${loud.text}"}
        assert inputs(editing, "all")["texts"] == ["start", "${upper.text}"]
        assert list(editing.snapshot.nodes)[-2:] == ["upper", "all"]
        assert editing.done == ("insert upper between loud.text and all.texts",)

    def test_a_node_of_any_type_passes_the_type_on(self) -> None:
        editing = film()
        change = edits.insert_node(
            editing.snapshot, "first", ref("frame.image"), Slot("tell", "image")
        )
        editing.apply(change)
        assert inputs(editing, "first") == {"items": "${frame.image}"}
        assert inputs(editing, "tell") == {"image": "${first.value}"}

    def test_a_node_that_does_not_fit_a_wire_is_refused(self) -> None:
        now = film().snapshot
        wire = ref("frame.image"), Slot("tell", "image")
        assert can_insert(now, "first", *wire)
        assert not can_insert(now, "upper", *wire)
        with pytest.raises(Refused, match="upper takes no image"):
            edits.insert_node(now, "upper", *wire)
        with pytest.raises(Refused, match=r"describe gives nothing that tell\.image takes: image"):
            edits.insert_node(now, "describe", *wire)
        with pytest.raises(Refused, match="there is no wire"):
            edits.insert_node(now, "first", ref("frame.image"), Slot("loud", "text"))


class TestRenaming:
    def test_everything_follows(self) -> None:
        editing = film()
        editing.apply(edits.group(editing.snapshot, ["frame", "board"]))
        for old, new in (("board", "shots"), ("frame", "still")):
            editing.apply(edits.rename_node(editing.snapshot, old, new))
        data = editing.snapshot.data
        assert list(data["nodes"])[:2] == ["shots", "still"]
        assert inputs(editing, "still")["name"] == "${shots.shots.prompt}, $${x} ${inputs.style}"
        assert data["nodes"]["all"]["collect"] == "shots"
        assert data["outputs"]["frames"] == "${still.image}"
        assert data["layout"]["still"] == [28, 0]
        assert data["groups"]["group"]["nodes"] == ["shots", "still"]

    def test_selection_follows(self) -> None:
        editing = film()
        editing.select(["board"])
        editing.apply(edits.rename_node(editing.snapshot, "board", "shots"))
        assert editing.snapshot.selection == ("shots",)

    @pytest.mark.parametrize("name", ["", "1a", "a b", "inputs", "frame", "x" * 65])
    def test_names_that_may_not_be(self, name: str) -> None:
        with pytest.raises(Refused):
            edits.rename_node(film().snapshot, "board", name)

    def test_an_input(self) -> None:
        editing = film()
        editing.apply(edits.rename_input(editing.snapshot, "style", "look"))
        assert list(editing.snapshot.data["inputs"]) == ["story", "look"]
        assert inputs(editing, "frame")["name"].endswith("${inputs.look}")

    @given(st.integers(0, 2**32))
    @settings(max_examples=30, deadline=None)
    def test_there_and_back(self, seed: int) -> None:
        chance, editing = random.Random(seed), film()
        for _ in range(6):
            try:
                editing.apply(some_edit(chance, editing.snapshot))
            except Refused:
                continue
        before = editing.snapshot.document.text
        edges = len(list(editing.snapshot.edges()))
        for node in list(editing.snapshot.nodes):
            editing.apply(edits.rename_node(editing.snapshot, node, "some_other"))
            assert len(list(editing.snapshot.edges())) == edges
            assert not editing.snapshot.users(node)
            editing.apply(edits.rename_node(editing.snapshot, "some_other", node))
            assert editing.snapshot.document.text == before


class TestDeleting:
    def test_what_would_be_wired_to_what(self) -> None:
        editing = film()
        offers = relinks(editing.snapshot, ["loud"])
        assert [str(offer) for offer in offers] == ["all.texts: loud.text -> tell.text"]
        editing.apply(edits.delete_nodes(editing.snapshot, ["loud"], offers))
        assert inputs(editing, "all")["texts"] == ["start", "${tell.text}"]

    def test_through_several(self) -> None:
        nodes = {"a": {"type": "upper", "inputs": {"text": "x"}}} | {
            new: {"type": "upper", "inputs": {"text": f"${{{old}.text}}"}}
            for old, new in ("ab", "bc", "cd")
        }
        editing = model({"nodes": nodes, "outputs": {"o": "${c.text}"}})
        offers = relinks(editing.snapshot, ["b", "c"])
        assert {str(offer) for offer in offers} == {
            "d.text: c.text -> a.text",
            "output o: c.text -> a.text",
        }

    def test_types_that_do_not_permit_it(self) -> None:
        editing = film()
        (offer,) = relinks(editing.snapshot, ["tell"])
        assert str(offer) == "loud.text loses tell.text"
        change = edits.delete_nodes(editing.snapshot, ["tell"], [offer])
        assert change.notices == ("loud.text lost tell.text",)
        editing.apply(change)
        assert "text" not in inputs(editing, "loud")
        assert "tell" not in editing.snapshot.data["layout"]

    def test_nothing_refers_to_it_any_more(self) -> None:
        editing = film()
        editing.apply(edits.group(editing.snapshot, ["frame"]))
        change = edits.delete_nodes(editing.snapshot, ["frame", "all"])
        assert change.notices == ("tell.image lost frame.image", "output film lost all.text",
                                  "output frames lost frame.image")  # fmt: skip
        editing.apply(change)
        assert "frame" not in editing.snapshot.document.text
        assert "groups" not in editing.snapshot.data
        with pytest.raises(Refused):
            edits.delete_nodes(editing.snapshot, ["frame"])


class TestClipboard:
    def test_it_is_a_workflow_of_its_own(self) -> None:
        text = edits.copy_nodes(film().snapshot, ["tell", "frame"])
        assert loads(text).workflow.nodes.keys() == {"frame", "tell"}
        assert json.loads(text)["layout"] == {"frame": [28, 0], "tell": [40, 5]}

    def test_ids_are_made_unique_and_references_follow(self) -> None:
        editing = film()
        text = edits.copy_nodes(editing.snapshot, ["tell", "frame"])
        change = edits.paste(
            editing.snapshot, f"look {{here}}:\n```json\n{text}```\n{{so}}", at=(0, 0)
        )
        editing.apply(change)
        assert change.notices == ()
        assert inputs(editing, "tell_2") == {"image": "${frame_2.image}"}
        assert inputs(editing, "frame_2") == inputs(editing, "frame")
        assert editing.snapshot.data["layout"]["frame_2"] == [0, 0]
        assert editing.snapshot.data["layout"]["tell_2"] == [12, 5]
        assert editing.snapshot.selection == ("frame_2", "tell_2")

    def test_into_another_file(self) -> None:
        other = model({"inputs": {"style": {"type": "text"}}, "nodes": {}})
        text = edits.copy_nodes(film().snapshot, ["tell", "frame", "all"])
        change = edits.paste(other.snapshot, text)
        other.apply(change)
        assert change.notices == (
            "frame.name lost board.shots.prompt",
            "all.texts lost loud.text",
        )
        assert inputs(other, "frame")["name"] == ", $${x} ${inputs.style}"
        assert inputs(other, "tell") == {"image": "${frame.image}"}
        assert inputs(other, "all") == {"texts": ["start"]}

    def test_inputs_go_along_where_they_are_not_there(self) -> None:
        text = edits.copy_nodes(film().snapshot, ["tell", "frame"])
        assert json.loads(text)["inputs"].keys() == {"style"}
        other = model({"nodes": {}})
        change = edits.paste(other.snapshot, text)
        other.apply(change)
        assert change.notices == ("frame.name lost board.shots.prompt",)
        assert other.snapshot.data["inputs"] == {"style": film().snapshot.data["inputs"]["style"]}
        other.apply(edits.paste(other.snapshot, text))
        assert other.snapshot.data["inputs"].keys() == {"style"}

    def test_a_whole_workflow_is_pasted_whole(self) -> None:
        editing = film()
        editing.apply(edits.add_note(editing.snapshot, "slow", (1, 2)))
        whole = editing.snapshot.data
        other = model({"nodes": {}})
        change = edits.paste(other.snapshot, editing.snapshot.document.text)
        other.apply(change)
        assert change.notices == ()
        assert {**other.snapshot.data, "name": whole.get("name")} == {
            **whole, "name": whole.get("name")
        }  # fmt: skip
        other.apply(edits.paste(other.snapshot, editing.snapshot.document.text))
        outputs = other.snapshot.data["outputs"]
        assert outputs == whole["outputs"] | {
            "film_2": "${all_2.text}", "frames_2": "${frame_2.image}"
        }  # fmt: skip
        assert other.snapshot.data["notes"].keys() == {"note", "note_2"}

    def test_a_groups_copy_has_the_copies(self) -> None:
        editing = film()
        editing.apply(edits.group(editing.snapshot, ["frame", "tell"]))
        editing.apply(edits.duplicate(editing.snapshot, ["frame", "tell"]))
        assert editing.snapshot.data["groups"]["group_2"]["nodes"] == ["frame_2", "tell_2"]
        assert editing.snapshot.data["layout"]["frame_2"] == [30, 2]

    def test_members_may_stand_in_any_order(self) -> None:
        text = '{"nodes": {"u": {"type": "upper", "inputs": {"text": "x"}}}, "reelgraph": 1}'
        editing = film()
        editing.apply(edits.paste(editing.snapshot, text))
        assert inputs(editing, "u") == {"text": "x"}

    @pytest.mark.parametrize(
        "text",
        [
            '{"nodes": {"u": {"type": "upper", "inputs": {"text": "x"}}}}',
            'Put {this} in:\n{"inputs": {"a": {"type": "text"}}, "nodes": {"u": {"type": "upper", '
            '"inputs": {"text": "x"}}}}\n{so}',
            '```\n{"reelgraph": 1}\n```\n'
            '{"nodes": {"u": {"type": "upper", "inputs": {"text": "x"}}}}',
        ],
    )
    def test_nodes_without_a_version_are_taken_as_of_this_one(self, text: str) -> None:
        editing = film()
        editing.apply(edits.paste(editing.snapshot, text))
        assert inputs(editing, "u") == {"text": "x"}

    def test_much_that_is_no_workflow_is_soon_looked_through(self) -> None:
        for text in ("{" * 200_000 + '"nodes": {}', '"nodes": ' * 100_000, '{"nodes": [1]}'):
            with pytest.raises(Refused):
                edits.paste(film().snapshot, text)

    def test_what_is_wrong_in_it_is_named(self) -> None:
        text = '{"reelgraph": 1, "nodes": {"u": {"typ": "upper"}}}'
        with pytest.raises(Refused, match=r"nodes\.u\.typ: a node has no such field"):
            edits.paste(film().snapshot, text)

    @pytest.mark.parametrize(
        "text", ["", "hello", "{}", '{"reelgraph": 1}', '{"reelgraph": 1,}', '{"nodes": {}}']
    )
    def test_no_nodes(self, text: str) -> None:
        with pytest.raises(Refused):
            edits.paste(film().snapshot, text)

    @given(st.integers(0, 2**32))
    @settings(max_examples=30, deadline=None)
    def test_all_that_is_pasted_is_what_was_copied(self, seed: int) -> None:
        chance, editing = random.Random(seed), film()
        for _ in range(6):
            try:
                editing.apply(some_edit(chance, editing.snapshot))
            except Refused:
                continue
        nodes = dict(editing.snapshot.nodes)
        if not nodes:
            return
        chosen = chance.sample(list(nodes), chance.randint(1, len(nodes)))
        before = {edge for edge in editing.snapshot.edges() if edge.source.node in chosen
                  and edge.target.node in chosen}  # fmt: skip
        editing.apply(edits.paste(editing.snapshot, edits.copy_nodes(editing.snapshot, chosen)))
        new = editing.snapshot.selection
        assert len(new) == len(chosen)
        assert {n: editing.snapshot.nodes[n] for n in nodes} == nodes
        after = [e for e in editing.snapshot.edges() if e.source.node in new]
        assert len(after) == len(before)
        assert all(edge.target.node in new for edge in after)


class TestOthers:
    def test_disabling(self) -> None:
        editing = film()
        editing.apply(edits.set_disabled(editing.snapshot, ["tell", "loud"], True))
        assert editing.snapshot.nodes["tell"]["disabled"] is True
        editing.apply(edits.set_disabled(editing.snapshot, ["tell", "loud"], False))
        assert editing.snapshot.document.text == TEXT

    def test_moving_is_one_entry(self) -> None:
        editing = film()
        for column in range(5):
            editing.apply(edits.move(editing.snapshot, {"board": (column, 1)}))
        assert editing.done == ("move board",)
        editing.apply(edits.unpin(editing.snapshot, ["board", "frame", "tell"]))
        assert "layout" not in editing.snapshot.data

    def test_a_node_is_in_one_group(self) -> None:
        editing = film()
        editing.apply(edits.group(editing.snapshot, ["frame", "tell"], title="One"))
        editing.apply(edits.group(editing.snapshot, ["tell", "loud"]))
        groups = editing.snapshot.data["groups"]
        assert groups["group"] == {"title": "One", "nodes": ["frame"]}
        assert groups["group_2"] == {"nodes": ["tell", "loud"]}
        editing.apply(edits.regroup(editing.snapshot, ["loud"], "group"))
        assert editing.snapshot.data["groups"]["group"]["nodes"] == ["frame", "loud"]
        editing.apply(edits.regroup(editing.snapshot, ["tell"], ""))
        assert list(editing.snapshot.data["groups"]) == ["group"]
        editing.apply(edits.remove_group(editing.snapshot, "group"))
        assert editing.snapshot.document.text == TEXT

    def test_notes(self) -> None:
        editing = film()
        editing.apply(edits.add_note(editing.snapshot, "hi", (1, 2)))
        editing.apply(edits.change_note(editing.snapshot, "note", text="ho", at=(3, 4)))
        assert editing.snapshot.data["notes"] == {"note": {"text": "ho", "at": [3, 4]}}
        editing.apply(edits.remove_note(editing.snapshot, "note"))
        assert editing.snapshot.document.text == TEXT

    def test_inputs_and_outputs(self) -> None:
        editing = film()
        editing.apply(edits.add_input(editing.snapshot, "size", "integer", default=3, help="How"))
        assert editing.snapshot.data["inputs"]["size"] == {
            "type": "integer",
            "default": 3,
            "help": "How",
        }
        editing.apply(edits.set_output(editing.snapshot, "told", ref("tell.text")))
        editing.apply(edits.rename_output(editing.snapshot, "told", "words"))
        assert editing.snapshot.data["outputs"]["words"] == "${tell.text}"
        editing.apply(edits.remove_output(editing.snapshot, "words"))
        change = edits.remove_input(editing.snapshot, "style")
        assert change.notices == ("frame.name lost inputs.style",)
        editing.apply(change)
        assert inputs(editing, "frame")["name"] == "${board.shots.prompt}, $${x} "

    def test_a_parameter_becomes_an_input(self) -> None:
        editing = model({"nodes": {"a": {"type": "add", "inputs": {"a": 1}}}})
        editing.apply(edits.expose(editing.snapshot, Slot("a", "mode")))
        editing.apply(edits.expose(editing.snapshot, Slot("a", "a"), "first"))
        assert inputs(editing, "a") == {"a": "${inputs.first}", "mode": "${inputs.mode}"}
        specs = editing.snapshot.data["inputs"]
        assert specs["mode"] == {"type": "choice", "options": ["plus", "times"], "default": "plus"}
        assert specs["first"] == {"type": "integer", "default": 1}

    def test_title_and_description(self) -> None:
        editing = film()
        editing.apply(edits.set_title(editing.snapshot, "new"))
        editing.apply(edits.set_description(editing.snapshot, "words"))
        assert editing.snapshot.document.workflow.description == "words"

    def test_any_place(self) -> None:
        editing = film()
        editing.apply(edits.set_value(editing.snapshot, ("nodes", "loud", "inputs", "seed", 1), 9))
        assert inputs(editing, "loud")["seed"] == [1, 9, 3]
        editing.apply(edits.remove_value(editing.snapshot, ("nodes", "board", "x-color")))
        assert "x-color" not in editing.snapshot.nodes["board"]
        for path in (("nodes", "loud", "inputs", "seed", 7), ("name", "x")):
            with pytest.raises(Refused, match="cannot be set"):
                edits.set_value(editing.snapshot, path, 1)

    def test_a_field_is_set_and_unset(self) -> None:
        editing = film()
        editing.apply(edits.set_field(editing.snapshot, "loud", "title", "Loud"))
        assert editing.snapshot.nodes["loud"]["title"] == "Loud"
        editing.apply(edits.set_field(editing.snapshot, "loud", "title", None))
        assert editing.snapshot.document.text == TEXT


class TestTakes:
    def test_they_are_found(self) -> None:
        (takes,) = takes_of(film().snapshot, "loud")
        assert (takes.slot, takes.values) == (Slot("loud", "seed"), (1, 2, 3))
        assert takes_of(film().snapshot, "all") == ()

    def test_one_is_picked(self) -> None:
        editing = film()
        editing.apply(edits.pick_take(editing.snapshot, "loud", 2))
        assert inputs(editing, "loud")["seed"] == 2
        editing.undo()
        with pytest.raises(Refused, match="no take 4; there are 3"):
            edits.pick_take(editing.snapshot, "loud", 4)
        with pytest.raises(Refused, match="it has no takes"):
            edits.pick_take(editing.snapshot, "tell", 1)

    def test_where_a_node_picks_its_index_is_set(self) -> None:
        editing = film()
        nodes = editing.snapshot.nodes
        pick = {"type": "pick", "inputs": {"items": "${loud.text}", "index": 1}}
        editing = model({"nodes": {**nodes, "best": pick}, "inputs": {"story": {}, "style": {}}})
        editing.apply(edits.pick_take(editing.snapshot, "loud", 3))
        assert inputs(editing, "best")["index"] == 3
        assert inputs(editing, "loud")["seed"] == [1, 2, 3]

    def test_where_an_input_says_which_its_default_is_set(self) -> None:
        nodes = {
            "loud": {"type": "upper", "inputs": {"text": "x", "seed": [1, 2]}},
            "best": {"type": "pick", "inputs": {"items": "${loud.text}", "index": "${inputs.i}"}},
        }
        editing = model({"inputs": {"i": {"type": "integer", "default": 1}}, "nodes": nodes})
        editing.apply(edits.pick_take(editing.snapshot, "loud", 2))
        assert editing.snapshot.data["inputs"]["i"]["default"] == 2

    def test_for_one_item_a_node_is_put_behind_that_picks(self) -> None:
        editing = film()
        editing.apply(edits.pick_for_item(editing.snapshot, "loud", 3, item=2, items=3))
        picker = editing.snapshot.nodes["loud_pick"]
        assert picker == {
            "type": "pick",
            "inputs": {"items": "${loud.text}", "index": "${inputs.loud_takes}"},
            "over": "zip",
        }
        assert editing.snapshot.data["inputs"]["loud_takes"]["default"] == [1, 3, 1]
        assert inputs(editing, "loud")["seed"] == [1, 2, 3]
        users = editing.snapshot.users("loud")
        assert users == {"loud_pick"}
        assert [picked_take(editing.snapshot, "loud", item) for item in (1, 2, 3)] == [1, 3, 1]
        editing.apply(edits.pick_for_item(editing.snapshot, "loud", 2, item=4, items=4))
        assert editing.snapshot.data["inputs"]["loud_takes"]["default"] == [1, 3, 1, 2]
        editing.apply(edits.pick_take(editing.snapshot, "loud", 2))
        assert editing.snapshot.data["inputs"]["loud_takes"]["default"] == [2, 2, 2, 2]
        with pytest.raises(Refused, match="no take 4; there are 3"):
            edits.pick_for_item(editing.snapshot, "loud", 4, item=1, items=3)

    @pytest.mark.parametrize("index", [2, "${inputs.i}"])
    def test_for_one_item_a_node_that_picks_is_told_by_a_list(self, index: Any) -> None:
        nodes = {
            "loud": {"type": "upper", "inputs": {"text": "x", "seed": [1, 2]}},
            "best": {"type": "pick", "inputs": {"items": "${loud.text}", "index": index}},
        }
        editing = model({"inputs": {"i": {"type": "integer", "default": 2}}, "nodes": nodes})
        editing.apply(edits.pick_for_item(editing.snapshot, "loud", 1, item=2, items=3))
        name = "i" if index != 2 else "loud_takes"
        spec = editing.snapshot.data["inputs"][name]
        assert (spec["type"], spec["default"]) == ("list[integer]", [2, 1, 2])
        assert inputs(editing, "best")["index"] == f"${{inputs.{name}}}"
        assert editing.snapshot.nodes["best"]["over"] == "zip"

    def test_for_one_item_another_use_of_the_input_stays(self) -> None:
        nodes = {
            "loud": {"type": "upper", "inputs": {"text": "x", "seed": [1, 2]}},
            "best": {"type": "pick", "inputs": {"items": "${loud.text}", "index": "${inputs.i}"}},
            "next": {"type": "upper", "inputs": {"text": "y", "seed": "${inputs.i}"}},
        }
        editing = model({"inputs": {"i": {"type": "integer", "default": 2}}, "nodes": nodes})
        editing.apply(edits.pick_for_item(editing.snapshot, "loud", 1, item=1, items=2))
        assert editing.snapshot.data["inputs"]["i"] == {"type": "integer", "default": 2}
        assert editing.snapshot.data["inputs"]["loud_takes"]["default"] == [1, 2]

    def test_for_one_item_what_is_told_otherwise_is_left_alone(self) -> None:
        nodes = {
            "loud": {"type": "upper", "inputs": {"text": "x", "seed": [1, 2]}},
            "which": {"type": "count", "inputs": {"text": "x"}},
            "best": {
                "type": "pick",
                "inputs": {"items": "${loud.text}", "index": "${which.integer}"},
            },
        }
        editing = model({"inputs": {}, "nodes": nodes})
        with pytest.raises(Refused, match="what best picks is told by something else"):
            edits.pick_for_item(editing.snapshot, "loud", 1, item=1, items=2)

    def test_asking_for_takes(self) -> None:
        editing = film()
        editing.apply(edits.set_takes(editing.snapshot, Slot("loud", "seed"), [4, 5]))
        assert inputs(editing, "loud")["seed"] == [4, 5]
        editing.apply(edits.set_takes(editing.snapshot, Slot("loud", "seed"), [4]))
        assert inputs(editing, "loud")["seed"] == 4


def test_a_change_says_what_it_is_before_it_is_made() -> None:
    change = edits.rename_node(film().snapshot, "board", "shots")
    assert isinstance(change, Change)
    assert change.name == "rename board to shots"
    assert next(iter(change.data["nodes"])) == "shots"
    assert "board" in change.before.nodes
