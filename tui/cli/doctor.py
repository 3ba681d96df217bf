"""`reelgraph models doctor FILE`: what there is to say of the models that a workflow names."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from nodes.checkup import Finding, look_over
from tui.cli.exits import Exit
from tui.cli.needed_keys import has_key, how_to_give
from tui.cli.paths import load_workflow
from tui.cli.session import Session
from tui.cli.terminal import Terminal
from tui.cli.words import count

_ADVICE = frozenset(("same-cheaper", "cheaper"))


def examine(path: Path, session: Session, terminal: Terminal, *, as_json: bool) -> int:
    """Print the findings; return 2 where a node cannot do its work with any model it names."""
    document = load_workflow(path)
    found = look_over(document.workflow, lambda provider: has_key(provider, session.keys))
    serious = sum(each.is_serious for each in found)
    if as_json:
        rows = [
            {"severity": _severity(each), **_fields(each), "line": document.line(_place(each))}
            for each in found
        ]
        terminal.print_json({"v": 1, "file": str(path), "findings": rows})
        return Exit.USAGE if serious else Exit.DONE
    for each in found:
        severity = _severity(each)
        style = {"error": "bold red", "warning": "bold yellow"}.get(severity, "cyan")
        place = f"{path}:{document.line(_place(each))}: {each.node}: "
        terminal.print((place, "bold"), (f"{severity}: ", style), _sentence(each))
        if each.replacements:
            terminal.print("    instead: ", (", ".join(each.replacements), "bold"))
    rest = len(found) - serious
    parts = [count(n, word) for n, word in ((serious, "error"), (rest, "remark")) if n]
    style = "bold red" if serious else "bold green"
    terminal.note((" and ".join(parts) or "nothing to say", style), f" of the models of {path}")
    return Exit.USAGE if serious else Exit.DONE


def _sentence(finding: Finding) -> str:
    if finding.code != "no-key":
        return finding.message
    return f"{finding.message}, which {finding.model} needs. " + how_to_give(
        finding.model.partition("/")[0]
    )


def _severity(finding: Finding) -> str:
    if finding.is_serious:
        return "error"
    return "advice" if finding.code in _ADVICE else "warning"


def _place(finding: Finding) -> list[str]:
    return ["nodes", finding.node, "inputs", "model"]


def _fields(finding: Finding) -> dict[str, object]:
    fields = asdict(finding)
    del fields["is_serious"]
    return fields
