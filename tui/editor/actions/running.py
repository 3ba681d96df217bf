"""Running the workflow, or a part of it, and stopping it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.editor.actions.reasons import both, meant, needs_meant, needs_nodes, needs_selection
from tui.editor.actions.registry import action
from tui.editor.canvas import State

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

_GROUP = "Run"


def _needs_quiet(bench: Workbench) -> str:
    return "A run goes on already; s stops it." if bench.runner.is_running else ""


def _needs_run(bench: Workbench) -> str:
    return "" if bench.runner.is_running else "Nothing runs."


def _needs_running_node(bench: Workbench) -> str:
    known = bench.runner.states.get(bench.desk.current)
    if known is not None and known.state is State.RUNNING:
        return ""
    return _needs_run(bench) or needs_selection(bench) or f"{bench.desk.current} does not run."


@action("run.here", "Run: To here", "r",
        "Runs what the selected nodes need, and them. What is done already is not done again; "
        "where it may cost money, the plan is shown first.", _GROUP,
        why_not=both(needs_meant, _needs_quiet), word="run to here")  # fmt: skip
def run_here(bench: Workbench) -> None:
    """Run to the selected nodes."""
    bench.run(to=meant(bench))


@action("run.all", "Run: All", "f5,ctrl+r", "Runs the whole workflow, and writes its outputs.",
        _GROUP, why_not=both(needs_nodes, _needs_quiet), word="run")  # fmt: skip
def run_all(bench: Workbench) -> None:
    """Run everything."""
    bench.run()


@action("run.plan", "Run: Plan", "P",
        "Shows what a run would do, why, and for how much; with a field for the most that it may "
        "cost.", _GROUP, why_not=both(needs_nodes, _needs_quiet), word="plan")  # fmt: skip
def plan(bench: Workbench) -> None:
    """Show the plan of a run of everything."""
    bench.run(ask=True)


@action("run.again", "Run: Again", "at",
        "Makes the results of the selected nodes anew, though they are there already.", _GROUP,
        why_not=both(needs_meant, _needs_quiet))  # fmt: skip
def run_again(bench: Workbench) -> None:
    """Make the results of the selected nodes anew."""
    nodes = meant(bench)
    bench.run(to=nodes, redo=nodes)


@action("run.stop", "Run: Stop", "s",
        "Stops the run; what is done is kept. Where jobs at providers go on, asks what is to be "
        "done: they are left there for the next run, or a second `s` calls them off.", _GROUP,
        why_not=_needs_run, word="stop")  # fmt: skip
def stop(bench: Workbench) -> None:
    """Stop the run."""
    again = bench.runner.is_stopping
    bench.runner.stop()
    bench.say("Calling off the jobs at providers." if again else "Stopping; what is done is kept.")


@action("run.cancel", "Run: Cancel the node", "Q",
        "Calls off the tasks of the selected node that run, at their providers too where that can "
        "be, and says what came of it; the rest of the run goes on.", _GROUP,
        why_not=_needs_running_node)  # fmt: skip
def cancel(bench: Workbench) -> None:
    """Call off the tasks of the node."""
    node = bench.desk.current
    bench.runner.cancel(node)
    bench.say_in_passing(f"Calling off {node}.")


@action("run.draft", "Run: Draft", "ctrl+d",
        "Lets runs use the free built-in models in place of all others, or no longer.",
        _GROUP)  # fmt: skip
def draft(bench: Workbench) -> None:
    """Turn drafts on or off."""
    bench.runner.draft = not bench.runner.draft
    bench.say("Runs are drafts now: free, with the built-in models." if bench.runner.draft
              else "Runs use the models that the workflow names.")  # fmt: skip


@action("run.log", "Run: Log", "f6",
        "Shows what happened in the runs, or hides it; enter goes to the node.", _GROUP,
        scope="everywhere", word="log")  # fmt: skip
def log(bench: Workbench) -> None:
    """Show the log, or hide it."""
    bench.show_log()


@action("run.history", "Run: History", "f7",
        "Lists the runs that there were, what became of their tasks, and how two differ.", _GROUP,
        scope="everywhere", word="runs")  # fmt: skip
def history(bench: Workbench) -> None:
    """List the runs that there were."""
    from tui.editor.panes import RunsScreen

    bench.app.push_screen(RunsScreen(bench.runner))


@action("run.jobs", "Run: Jobs", "f8",
        "Lists what runs at providers: fetch it, or call it off.", _GROUP, scope="everywhere",
        word="jobs")  # fmt: skip
def jobs(bench: Workbench) -> None:
    """List the jobs at providers."""
    from tui.editor.panes import JobsScreen

    bench.app.push_screen(JobsScreen(bench.runner))
