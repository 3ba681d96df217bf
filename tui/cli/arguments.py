"""What each command takes, as data for the parser. Nothing of a command is imported for it."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple


class Command(NamedTuple):
    """A command as the parser sees it."""

    summary: str
    operands: str
    add_arguments: Callable[[ArgumentParser], None]
    description: str = ""


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return number


def _not_negative(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not a number from 0")
    return number


def _usd(text: str) -> Decimal:
    try:
        amount = Decimal(text.removeprefix("$"))
    except ArithmeticError:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise ArgumentTypeError(f"{text!r} is not an amount of US dollars, as in 5 or 0.50")
    return amount


def _limit(text: str) -> tuple[str, int]:
    pool, separator, number = text.partition("=")
    if not pool or not separator:
        raise ArgumentTypeError(f"{text!r} is not POOL=N, as in media=2")
    return pool, _positive(number)


_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def _bytes(text: str) -> int:
    bare = text.strip().lower().removesuffix("b").strip()
    unit = bare[-1:] if bare[-1:].isalpha() else ""
    number = bare.removesuffix(unit).strip()
    try:
        return int(float(number) * _UNITS[unit])
    except (KeyError, ValueError, OverflowError):
        raise ArgumentTypeError(f"{text!r} is not a size, as in 500MB or 10GB") from None


def _json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def _allow(parser: ArgumentParser, help: str) -> None:
    parser.add_argument(
        "--allow",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help=f"{help} (repeatable)",
    )


def _workflow_options(parser: ArgumentParser) -> None:
    """Add what `run` and `plan` share: the file, its inputs, and which tasks are meant."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the workflow file")
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        dest="settings",
        help="give an input a value; NAME=@FILE takes a text from a file (repeatable)",
    )
    parser.add_argument(
        "--to",
        metavar="TASK",
        action="append",
        default=[],
        help="only this node or task, as in frame or frame[3], and what it needs (repeatable)",
    )
    parser.add_argument(
        "--redo",
        metavar="TASK",
        action="append",
        default=[],
        help="make this node or task anew, even if its result is kept (repeatable)",
    )
    parser.add_argument(
        "--draft", action="store_true", help="use the free built-in model in place of every other"
    )
    _allow(parser, "a folder that the workflow may read files from, besides its own")
    parser.add_argument(
        "--offline", action="store_true", help="refuse models that need the network"
    )


def _run(parser: ArgumentParser) -> None:
    _workflow_options(parser)
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="the output folder (default: out/NAME)"
    )
    parser.add_argument(
        "--max-cost",
        metavar="USD",
        type=_usd,
        help="spend no more than that: checked before the run, and before each call",
    )
    parser.add_argument(
        "--allow-unknown-cost",
        action="store_true",
        help="also make calls whose highest price nobody knows",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before paid work")
    parser.add_argument("--jobs", metavar="N", type=_positive, help="tasks at a time")
    parser.add_argument(
        "--limit",
        metavar="POOL=N",
        type=_limit,
        action="append",
        default=[],
        dest="limits",
        help="tasks at a time in a pool, as in media=2; for a provider, jobs at a time of all runs "
        "of the home together (repeatable)",
    )
    parser.add_argument(
        "--events", choices=("jsonl",), help="print every event as a line of JSON, nothing else"
    )
    _json(parser)


def _plan(parser: ArgumentParser) -> None:
    _workflow_options(parser)
    parser.add_argument("--all", action="store_true", help="give the reasons of every task")
    parser.add_argument(
        "--live", action="store_true", help="ask providers for today's prices, where they tell"
    )
    _json(parser)


def _check(parser: ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", type=Path, nargs="+", help="a workflow file")
    _allow(parser, "a folder that the workflows may read files from")
    _json(parser)


def _new(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the new file, with or without .json")
    parser.add_argument(
        "--from",
        metavar="WORKFLOW",
        dest="template",
        default="storyboard-to-video",
        help="the ready workflow to begin with (default: storyboard-to-video)",
    )
    parser.add_argument("--force", action="store_true", help="replace files that are there")


def _nodes(parser: ArgumentParser) -> None:
    parser.add_argument("type", metavar="TYPE", nargs="?", help="explain this one")
    _json(parser)


def _models(parser: ArgumentParser) -> None:
    parser.add_argument(
        "id",
        metavar="ID",
        nargs="?",
        help="explain this one; doctor looks over a workflow's models",
    )
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="doctor: the workflow")
    parser.add_argument("--for", metavar="KIND", dest="kind", help="only those that do this")
    parser.add_argument(
        "--compare",
        action="store_true",
        help="with --for: limits, status and the price of the same work side by side",
    )
    parser.add_argument("--provider", metavar="NAME", help="only those of this provider")
    parser.add_argument(
        "--status", choices=("active", "deprecated", "retired"), help="only those that are so today"
    )
    parser.add_argument(
        "--max-price",
        metavar="USD",
        type=_usd,
        help="only those that are known to cost no more a call, picture or second",
    )
    parser.add_argument(
        "--styles",
        action="store_true",
        help="list the styles, motions or presets that options of this model take by name",
    )
    _json(parser)


def _runs(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", nargs="?", type=_positive, help="explain this one")
    parser.add_argument("--workflow", metavar="FILE", type=Path, help="only runs of this file")
    parser.add_argument(
        "--limit", metavar="N", type=_positive, default=20, help="so many (default: 20)"
    )
    _json(parser)


def _jobs(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action",
        metavar="ACTION",
        nargs="?",
        choices=("list", "resume", "cancel", "resolve"),
        default="list",
        help="list, resume, cancel or resolve (default: list)",
    )
    parser.add_argument("ids", metavar="ID", nargs="*", type=_positive, help="the job's number")
    parser.add_argument("--all", action="store_true", help="list: also jobs that have ended")
    parser.add_argument(
        "--limit", metavar="N", type=_positive, default=100, help="list: so many (default: 100)"
    )
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="resume: put a copy of the results there"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--remote-id", metavar="X", help="resolve: the provider's id for the job")
    how.add_argument(
        "--not-submitted", action="store_true", help="resolve: the provider does not have the job"
    )
    how.add_argument(
        "--discard",
        action="store_true",
        help="resolve: give up on it or its result, and ask anew next time",
    )
    _json(parser)


def _spend(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--since",
        metavar="DAYS",
        type=_not_negative,
        default=30.0,
        help="the last days (default: 30)",
    )
    parser.add_argument(
        "--by",
        choices=("day", "provider", "workflow"),
        default="day",
        help="what makes a row (default: day)",
    )
    _json(parser)


def _cache(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action",
        metavar="ACTION",
        nargs="?",
        choices=("stats", "gc", "verify", "forget"),
        default="stats",
        help="stats, gc, verify or forget (default: stats)",
    )
    parser.add_argument("tasks", metavar="TASK", nargs="*", help="forget: a node or task")
    parser.add_argument("--workflow", metavar="FILE", type=Path, help="forget: the workflow file")
    parser.add_argument(
        "--keep-days",
        metavar="N",
        type=_not_negative,
        default=30.0,
        help="gc: keep what was used in the last N days (default: 30)",
    )
    parser.add_argument(
        "--keep-runs",
        metavar="N",
        type=int,
        default=10,
        help="gc: keep the last N runs of each workflow (default: 10)",
    )
    parser.add_argument(
        "--max-size",
        metavar="SIZE",
        type=_bytes,
        help="gc: remove more, the longest unused first, until no more is left, as in 10GB",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="gc: say what would be removed, remove nothing"
    )
    parser.add_argument(
        "--repair", action="store_true", help="verify: remove what is damaged, to be made again"
    )
    _json(parser)


def _show(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="a workflow, or a PNG or MP4 that one has made"
    )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--svg", action="store_true", help="draw it as an SVG picture")
    kind.add_argument("--json", action="store_true", help="print the workflow itself")
    parser.add_argument(
        "--width", metavar="N", type=_positive, help="columns of the drawing (default: all)"
    )


def _edit(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        nargs="?",
        help="the workflow file; a new one is begun (default: the one that was open last)",
    )
    _allow(parser, "a folder that workflows may read files from, besides their own")
    parser.add_argument(
        "--theme", choices=("dark", "light", "contrast", "plain"), help="colours; it is remembered"
    )
    parser.add_argument(
        "--text", action="store_true", help="lines of text instead of boxes, for screen readers"
    )
    parser.add_argument(
        "--ascii",
        action="store_true",
        help="draw with ASCII characters; a terminal without Unicode gets what it has anyway",
    )
    parser.add_argument(
        "--web", action="store_true", help="serve the editor to the browser, on this machine only"
    )
    parser.add_argument("--served", action="store_true", help=SUPPRESS)
    parser.add_argument(
        "--port", metavar="N", type=_positive, default=8000, help="--web: the port (default: 8000)"
    )


def _keys(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action",
        metavar="ACTION",
        nargs="?",
        choices=("list", "set", "remove"),
        default="list",
        help="list, set or remove (default: list)",
    )
    parser.add_argument("provider", metavar="PROVIDER", nargs="?", help="set, remove: whose key")
    parser.add_argument(
        "--check", action="store_true", help="ask each provider, at no cost, if it takes the key"
    )
    _json(parser)


def _completion(parser: ArgumentParser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"))


COMMANDS: dict[str, Command] = {
    "run": Command(
        "run a workflow; what is done already is not done again",
        "FILE",
        _run,
        "Run a workflow. Results are kept, so that only what changed is made again. Output files\n"
        "are listed on stdout, progress goes to stderr. Ctrl-C stops; what is done is kept.",
    ),
    "plan": Command(
        "say what a run would do, why, and what it would cost",
        "FILE",
        _plan,
        "Say what a run would do, why, and what it would cost. Nothing is run or paid.",
    ),
    "check": Command("find every error and warning in workflow files", "FILE...", _check),
    "show": Command(
        "draw a workflow, also one inside a picture or film that it made", "FILE", _show
    ),
    "edit": Command(
        "build a workflow as a graph in the terminal, run it and look at the results",
        "[FILE]",
        _edit,
        "Build a workflow as a graph in the terminal, run it and look at the results. ? explains\n"
        "all keys; nothing is lost when the connection is.",
    ),
    "new": Command("begin a workflow from a ready one", "NAME", _new),
    "nodes": Command("list the node types, or explain one", "[TYPE]", _nodes),
    "models": Command(
        "list the models, explain one, compare, or look over those of a workflow",
        "[ID | doctor FILE]",
        _models,
        "List the models, or explain one. --compare sets those that do the same side by side,\n"
        "with the price of 5 seconds at 720p, or the nearest that each takes, or of one picture\n"
        "or call as the model makes it by default.\n\n"
        "  doctor    say which models of a workflow are gone or going, which have no key, and\n"
        "            where others take the same for less; the exit code is 2 where a node cannot\n"
        "            do its work with any model that it names",
    ),
    "runs": Command("list the last runs, or what became of one", "[ID]", _runs),
    "jobs": Command(
        "list what runs at providers, fetch it, call it off",
        "[ACTION] [ID...]",
        _jobs,
        "Look after the jobs at providers. Each is written down before it is sent, so that its\n"
        "result is there for the next run, whatever happened in between.\n\n"
        "  list      those that have not ended; with --all every one\n"
        "  resume    wait for jobs and fetch their results, with no workflow at hand\n"
        "  cancel    call jobs off, at the provider where it can\n"
        "  resolve   settle a job that the provider may or may not have, or has lost",
    ),
    "spend": Command(
        "add up what was spent, by day, provider or workflow",
        "",
        _spend,
        "Add up what was spent, by day, provider or workflow. `paid` is known to be billed;\n"
        "`estimated` is the highest price of work that was done, where the provider does not\n"
        "tell; `unclear` is that of calls that failed and may be billed even so; `held` is set\n"
        "aside for what is not done yet; `unpriced` are calls whose price nobody knows.",
    ),
    "cache": Command("look after the kept results", "[ACTION]", _cache),
    "keys": Command(
        "say which providers have a key, keep one, or forget one",
        "[ACTION] [PROVIDER]",
        _keys,
        "Say which providers have a key and where it comes from: the environment, a file named by\n"
        "--env-file, or the system keyring. `set` asks for a key and keeps it in the keyring,\n"
        "`remove` forgets it. No key is ever shown.",
    ),
    "completion": Command(
        "print what makes a shell complete commands",
        "SHELL",
        _completion,
        "Print what makes a shell complete commands, options, node types and tasks.\n\n"
        '  bash, zsh:  eval "$(reelgraph completion bash)" in .bashrc or .zshrc\n'
        "  fish:       reelgraph completion fish | source, in config.fish",
    ),
}
"""All commands, in the order of the help; `tui.cli.commands` has a module for each."""
