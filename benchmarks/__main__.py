"""`python -m benchmarks`: measures, prints tables, and fails when a bar is missed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from benchmarks.report import Table, load_line, machine, machine_line

BENCHMARKS = ("startup", "graphs", "editor", "makespan", "remote", "media", "crash")
"""Modules with a `measure` function."""

_ASKED_FOR = frozenset({"media", "crash"})
"""Those that take minutes."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that are asked for; return 1 if a bar is missed, else 0."""
    options = _parser().parse_args(arguments)
    load = f"before: {load_line()}"
    if not options.json:
        print(machine_line(), load, sep="\n", flush=True)
    tables: list[Table] = []
    for name in _chosen(options.only, media=options.media):
        for table in _measure(name, quick=options.quick):
            tables.append(table)
            if not options.json:
                print(f"\n{table}", flush=True)
    load_after = f"after: {load_line(own=1.0)}"
    if not options.json:
        print(f"\n{load_after}")
    else:
        data = {
            "machine": machine(),
            "load": [load, load_after],
            "tables": [t.to_json() for t in tables],
        }
        print(json.dumps(data, indent=2))
    missed = [f"{table.name}: {row.name}" for table in tables for row in table.missed]
    if missed:
        print("\nMissed:", *missed, sep="\n  ", file=sys.stderr)
    return 1 if missed and not options.no_fail else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", metavar="NAME", action="append", choices=BENCHMARKS, help="just this one"
    )
    parser.add_argument("--media", action="store_true", help="media jobs too, which take minutes")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument("--json", action="store_true", help="JSON in place of tables")
    parser.add_argument(
        "--no-fail", action="store_true", help="exit code 0 even if a bar is missed"
    )
    return parser


def _chosen(only: Sequence[str] | None, *, media: bool) -> list[str]:
    if only:
        return [name for name in BENCHMARKS if name in only]
    return [name for name in BENCHMARKS if name not in _ASKED_FOR or (name == "media" and media)]


def _measure(name: str, *, quick: bool) -> list[Table]:
    # Each is loaded when its turn comes, as processes that start from a small one start alike.
    measure: Callable[..., list[Table]] = import_module(f"benchmarks.{name}").measure
    return measure(quick=quick, tell=_tell)


def _tell(what: str) -> None:
    print(f"  measuring: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
