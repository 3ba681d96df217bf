"""The results of a node's tasks as tiles: what a wall of them is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.graph import Index, parse_task, task_name
from tui.editor.canvas import State
from tui.editor.model.takes import Takes, takes_of
from tui.editor.preview.describing import Page, caption, pages_of_outputs
from tui.editor.running import Runner, RunState


@dataclass(frozen=True, slots=True)
class Tile:
    """One task of a node, as far as there is something to see of it."""

    name: str
    """Its number, or what it is called."""
    state: State = State.IDLE
    pages: tuple[Page, ...] = ()
    """What it gave; the first one is shown in the tile."""
    note: str = ""
    """What else is to be said: why it failed, what it was made with."""
    task: str = ""
    """Its address."""
    is_fresh: bool = True
    """Whether that is of the workflow as it stands."""

    @property
    def value(self) -> Any:
        """What is shown of it; None for nothing."""
        return self.pages[0].value if self.pages else None

    @property
    def facts(self) -> str:
        """What its value is, in short."""
        return "" if self.value is None else caption(self.value)


def tiles_of(runner: Runner, node: str) -> list[Tile]:
    """Return the tasks of a node, those that gave nothing yet as well.

    Args:
        runner: Knows the states and results.
        node: The node; of a subworkflow's inner nodes as `OUTER/INNER`.
    """
    state = runner.states.get(node)
    results = {parse_task(each.task)[1] or (): each for each in runner.results.of(node)}
    indices = _indices(results, state.total if state else 0)
    kinds = state.tasks if state and len(state.tasks) == len(indices) else ()
    tiles = []
    for place, index in enumerate(indices):
        found = results.get(index)
        task = task_name(node, index)
        tiles.append(
            Tile(
                name=",".join(f"{number + 1}" for number in index) or node,
                state=_state_of(place, kinds, state.state if state else State.IDLE, found),
                pages=tuple(pages_of_outputs(found.outputs, task)) if found else (),
                note=_note(state, task) if state else "",
                task=task,
                is_fresh=found is None or found.is_fresh,
            )
        )
    return _one_by_one(tiles[0]) if len(tiles) == 1 else tiles


def _note(state: RunState, task: str) -> str:
    """Return why a task failed, or what it is about; of many at once not each is known."""
    if state.failed == task:
        return state.error
    return state.note if state.total == 1 else ""


def columns_for(tiles: Sequence[Tile]) -> int:
    """Return in how many columns tiles make sense: takes of one task in a row; 0 for any number."""
    pairs = [tile.name.split(",") for tile in tiles]
    if not pairs or any(len(pair) != 2 or not pair[1].isdecimal() for pair in pairs):
        return 0
    return max(int(pair[1]) for pair in pairs)


def _one_by_one(tile: Tile) -> list[Tile]:
    """Return the items of a list that one task gave as tiles."""
    if len(tile.pages) < 2:
        return [tile]
    return [
        replace(tile, name=f"{number}", pages=(page,)) for number, page in enumerate(tile.pages, 1)
    ]


def _indices(results: Mapping[Index, Any], total: int) -> list[Index]:
    """Return the places of all tasks, as far as they are known."""
    known = sorted(results)
    is_plain_list = all(len(index) == 1 for index in known) and total > 1
    if is_plain_list:
        return [(number,) for number in range(max(total, known[-1][0] + 1 if known else 0))]
    return known or ([()] if total == 1 else [])


def _state_of(place: int, kinds: Sequence[State], whole: State, found: object) -> State:
    if place < len(kinds):
        return kinds[place]
    if found is None:
        return whole
    return whole if whole in (State.DONE, State.CACHED) else State.DONE


def groups_of_takes(runner: Runner, node: str, name: str = "") -> dict[str, list[Tile]]:
    """Return the takes of a node by task: `take[2]` has `take[2,1]`, `take[2,2]` ...

    Args:
        runner: Knows the results.
        node: The node.
        name: The parameter that asks for takes, where several do.
    """
    every = takes_of(runner.desk.snapshot, node)
    wanted = [takes for takes in every if name in ("", takes.slot.name)]
    if len(wanted) != 1:
        return {}
    takes = wanted[0]
    # The axes of takes come after those of lists, in the order in which they are written.
    axis = every.index(takes) - len(every)
    groups: dict[str, list[Tile]] = {}
    for result in runner.results.of(node):
        index = parse_task(result.task)[1] or ()
        if len(index) < len(every):
            continue
        rest = tuple(number for at, number in enumerate(index) if at != len(index) + axis)
        pages = tuple(pages_of_outputs(result.outputs, result.task))
        number = index[axis] + 1
        tile = Tile(f"{number}", State.DONE, pages, _made_with(takes, number), result.task)
        groups.setdefault(task_name(node, rest), []).append(tile)
    return groups


def _made_with(takes: Takes, number: int) -> str:
    values = takes.values
    return f"{takes.slot.name} {values[number - 1]}" if number <= len(values) else ""
