"""How the editor opens: the graph is seen before anything is loaded that only a run needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from engine.document import create
from tests.tui.editor.shell_driven import FILM
from tests.tui.editor.terminal_driven import ROOT

LATER = (
    "PIL",
    "anyio",
    "av",
    "engine._planner",
    "engine.events",
    "engine.execute",
    "engine.plan",
    "httpx",
    "multiprocessing",
    "networkx",
    "nodes.export",
    "nodes.media.editing",
    "nodes.media.pictures",
    "nodes.remote",
    "nodes.storyboard.split",
    "pygments",
    "rich.markdown",
    "tui.cli.budget",
    "tui.cli.progress",
    "tui.editor.panes.plan",
    "tui.editor.preview.decoding",
    "tui.editor.running.performing",
    "tui.editor.running.preparing",
    "tui.editor.running.survey",
)
"""What takes long to import, and what imports it."""

_SCRIPT = """
import sys
from argparse import Namespace
from pathlib import Path

from tui.cli.session import Session
from tui.editor.app import EditorApp
from tui.editor.screens.caretaker import Caretaker
from tui.editor.session import Memory

folder, path, later = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]


def start(caretaker):
    # All that is looked at in the background begins here, once the graph is on the screen.
    from nodes.models import catalogue

    print(sum(name in app.text() for name in app.workbench.desk.snapshot.nodes))
    print(sorted(set(later) & set(sys.modules)), catalogue.cache_info().currsize)
    app.exit()


class App(EditorApp):
    seen = ""

    def text(self):
        return self.seen

    def _display(self, screen, renderable):
        super()._display(screen, renderable)
        if screen is self.workbench:
            self.seen += "".join(strip.text for strip in screen._compositor.render_strips())


Caretaker.start = start
options = Namespace(home=folder / "home", env_file=None, node_files=[], allow=())
with Session(options) as session:
    app = App(session, path, Memory(None), environ={})
    app.run(headless=True, size=(200, 60))
"""


def test_the_graph_is_seen_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    path = tmp_path / "film.json"
    create(FILM).save(path)
    command = [sys.executable, "-c", _SCRIPT, str(tmp_path), str(path), *LATER]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    seen, heavy = done.stdout.splitlines()
    assert int(seen) == len(FILM["nodes"])
    assert heavy == "[] 0"
