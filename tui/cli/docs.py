"""Writes the pages of docs/ that follow from the code, and such parts of providers.md.

python -m tui.cli.docs
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nodes
from engine.nodetype import NodeType, Parameter
from nodes.models import ModelInfo, catalogue
from tui.cli import provider_docs
from tui.cli.commands.models import accepts, price
from tui.cli.commands.nodes import category, default_of, described, type_of
from tui.cli.parser import build_parser, command_parsers

DOCS = Path(__file__).parents[2] / "docs"
_WIDTH = 100

_HEAD = """\
# The command line

<!-- Written by `python -m tui.cli.docs`; change the parser in tui/cli instead. -->

stdout carries results: paths of files, tables, drawings, JSON. stderr carries progress and
messages. On a terminal progress is drawn in place; in a pipe or in continuous integration it is
plain lines. Colour goes away with `--no-color`, `NO_COLOR`, `TERM=dumb`, and wherever the stream is
no terminal.

The first Ctrl-C (or SIGTERM) stops a run: nothing more is started, what is done is kept, and the
exit code is 130. Jobs at providers go on; they are written down, and the next run goes on with
them. A second one, up to three seconds later, calls those off that can be called off; where there
are none, and on the third, the process ends at once. A command whose reader goes away, as in
`reelgraph nodes | head -1`, ends quietly with exit code 141.

Tasks are addressed as `frame` (all tasks of a node), `frame[3]` (its third) or `take[3,1]` (with
several lists), counted from 1.

## Values of inputs

`--set NAME=VALUE` is read by the type that the workflow gives the input:

| type | written as |
|---|---|
| text | as it stands; `@FILE` takes it from a UTF-8 file, `@@` begins a text with `@` |
| integer, number | `3`, `0.5` |
| boolean | `true` or `false`, also `yes`, `no`, `on`, `off`, `1`, `0` |
| choice | one of its options |
| image, video, audio, file | a path |
| list of media | a folder, a pattern as `'stills/*.png'`, one file, or JSON of paths |
| other lists | JSON: `'["a", "b"]'`, or `@FILE` with JSON in it |
| shot, character | JSON, or `@FILE` with JSON in it |

A JSON list for an integer, number, boolean or choice asks for a take of each: `--set seed=[1,2,3]`.

Paths, also that of `@FILE`, start from the current folder; `~` is your home folder. In the
editor's plan the same is typed, and paths start from the workflow's folder. Of a folder the files
of the right kind are taken; a warning names those that are broken or empty and left out. A pattern
wants every file to be right.

## JSON

Every `--json` object has a version `"v"`, now 1. It is raised when a field changes its meaning or
goes away; new fields may come at any time.

- `run --json`: `run`, `status` (`done`, `partial`, `failed`, `interrupted`), `exit_code`, `counts`,
  `seconds`, `spent` (`calls`, `paid`, `estimated`, `unclear`, `held`, `total`,
  `unpriced`), `remote` (jobs that
  have not ended, as `jobs` lists them), `outputs` (by workflow output: paths of files, or values),
  `saved` (files of `save` nodes), `failures` (`task`, `node`, `kind`, `message`, `hint`).
- `run --events jsonl`: one object a line, with `event`, `time` (seconds since 1970) and the fields
  of that event. The events are `run-started`, `node-counted`, `task-started`, `task-progress`,
  `task-retried`, `task-stopped`, `task-done`, `task-failed`, `task-blocked`, `provider-away`,
  `provider-back` and `run-finished`; docs/events.md tells them all.
- `plan --json`: `name`, `totals` (`run`, `cached`, `unknown`, `seconds`, `cost_low`, `cost_high`),
  `nodes` (the counts of each), `tasks` (`task`, `node`, `type`, `status`, `reasons`, `seconds`,
  `cost_low`, `cost_high`, `price_source`), `errors`, `keys_missing` (nodes by provider) and `notes`
  (why prices are not live). Prices are texts, in US dollars; a `cost_high` of null says that nobody
  knows. Tasks that are `unknown` depend on results that are not there yet. `code` of a reason is
  `new`, `changed`, `version`, `model`, `redo`, `never`, `gone`, `upstream`, `pinned`, `shared`,
  `optional`, `attached`, `doubt` or `known`.
- `jobs --json`: `jobs`, each with `id`, `task`, `workflow`, `run`, `provider`, `model`, `state`,
  `remote_id`, `estimate_low`, `estimate_high`, `cost`, `billed`, `error_kind`, `error`, `created`,
  `updated` and `in_doubt` (true where nobody knows whether it was sent); after `resume` and
  `cancel` also `ok`, `message`, `digests` and `saved`.
- `spend --json`: `since`, `by`, `rows` (`day`, `provider` or `workflow`, and the sums as in
  `spent`) and `sums`.
- `models --for KIND --compare --json`: `kind` and `models`, the cheapest first, each with `model`,
  `provider`, `cost_low`, `cost_high`, `work` (what that is the price of), `price_date`, `seconds`,
  `resolutions`, `aspect_ratios`, `takes`, `status`, `until` and `successor`.
- `models doctor FILE --json`: `file` and `findings`, each with `severity` (`error`, `warning`,
  `advice`), `code` (`unknown`, `retired`, `deprecated`, `no-key`, `same-cheaper`, `cheaper`),
  `node`, `model`, `message`, `replacements` (models that take what the node sets) and `line`.
- `check --json`: `problems`, each with `severity`, `code`, `message`, `file`, `path`, `line`,
  `expected`, `found` and `suggestion`.

## Commands
"""


def pages() -> dict[str, str]:
    """Return every generated page, by file name."""
    return {
        "cli.md": _cli_page(),
        "nodes.md": "\n".join(_nodes_page()),
        "models.md": "\n".join(_models_page()),
        "providers.md": provider_docs.page((DOCS / "providers.md").read_text(encoding="utf-8")),
    }


def _cli_page() -> str:
    parser = build_parser(_WIDTH)
    parts = [_HEAD, _block(parser.format_help())]
    for name, command in command_parsers(parser).items():
        parts.append(f"### reelgraph {name}\n")
        parts.append(_block(command.format_help()))
    return "\n".join(parts)


def _block(text: str) -> str:
    return f"```text\n{text.strip()}\n```\n"


def _nodes_page() -> Iterator[str]:
    yield "# Nodes\n"
    yield "<!-- Written by `python -m tui.cli.docs` from the nodes themselves. -->\n"
    yield "What a workflow can do. `reelgraph nodes TYPE` shows the same for one node.\n"
    types = list(nodes.builtin())
    for subject in dict.fromkeys(category(each) for each in types):
        yield f"## {subject}\n"
        for node_type in types:
            if category(node_type) == subject:
                yield from _node(node_type)


def _node(node_type: NodeType) -> Iterator[str]:
    yield f"### {node_type.name}\n"
    yield f"{node_type.summary}\n"
    if node_type.help:
        yield f"{node_type.help}\n"
    yield "| input | type | default | |"
    yield "|---|---|---|---|"
    for parameter in node_type.parameters.values():
        yield _row(f"`{parameter.name}`", parameter, default_of(parameter))
    if node_type.extra:
        yield _row("any name", node_type.extra, "any number")
    outputs = ", ".join(f"`{name}` ({port})" for name, port in node_type.outputs.items())
    yield f"\nOutputs: {_cell(outputs) or 'those of the file'}\n"


def _row(name: str, parameter: Parameter, default: str) -> str:
    cells = (name, type_of(parameter), default, described(parameter))
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _models_page() -> Iterator[str]:
    yield "# Models\n"
    yield "<!-- Written by `python -m tui.cli.docs` from nodes/models. -->\n"
    yield "| model | does | accepts | price | |"
    yield "|---|---|---|---|---|"
    for model in catalogue().all():
        cells = (
            f"`{model.id}`",
            ", ".join(model.kinds),
            _accepts(model),
            price(model),
            model.summary,
        )
        yield f"| {' | '.join(_cell(cell) for cell in cells)} |"
    yield ""


def _accepts(model: ModelInfo) -> str:
    return "; ".join(" ".join(part) for part in accepts(model) if part[0] != "prompt")


if __name__ == "__main__":
    for file_name, text in pages().items():
        (DOCS / file_name).write_text(text, encoding="utf-8")
