"""Progress on a terminal, redrawn in place: a line a node, and how long it will take.

What is running is always shown. On a small screen, or in a large workflow, nodes that are through
and nodes that wait are drawn together into one line each.
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from engine.events import Event
from tui.cli.progress.outlook import Outlook
from tui.cli.progress.plain import describe_counts, merged
from tui.cli.progress.tracker import NodeTrack, Tracker
from tui.cli.tables import shorten
from tui.cli.terminal import visible
from tui.cli.words import count, seconds

REFRESH_SECONDS = 0.12
"""At most some eight pictures a second."""

_NARROWEST_NAME = 12
_COUNT_WIDTH = 9
_BAR_WIDTH = (10, 30)
_FOOTER = 3


class LiveProgress:
    """Draws the state of a tracker in place.

    Args:
        tracker: What is drawn.
        console: Where; a terminal.
    """

    def __init__(self, tracker: Tracker, console: Console) -> None:
        self._tracker = tracker
        self._console = console
        self._glyphs = _UNICODE if _can_draw(console) else _ASCII
        self.message = ""
        """What is said below, as that the run is being stopped."""
        self._measured = (0, _NARROWEST_NAME)
        self._live = Live(
            console=console,
            get_renderable=self.render,
            auto_refresh=False,
            vertical_overflow="crop",
        )

    def start(self) -> None:
        """Begin to draw."""
        self._live.start()

    def stop(self) -> None:
        """Draw the last state and leave it on the screen."""
        self._live.stop()

    def refresh(self) -> None:
        """Draw the state of now."""
        self._live.refresh()

    def handle(self, event: Event) -> None:
        """Ignore an event: the tracker has noted it, and the next picture shows it."""

    # -- drawing -------------------------------------------------------------------------------

    def render(self) -> RenderableType:
        """Return the picture of now."""
        width = self._console.width
        tracks = list(self._tracker.nodes.values())
        name_width = min(self._longest_name(tracks), max(_NARROWEST_NAME, width // 4))
        lines = [
            self._row(track, name_width, width) if isinstance(track, NodeTrack) else track
            for track in self._chosen(tracks, self._console.height - self._below - 1)
        ]
        if self._tracker.finished:
            # The summary that follows says the rest.
            return Group(*lines, Text())
        return Group(*lines, Text(), self._footer(width))

    @property
    def _below(self) -> int:
        """Lines below those of the nodes."""
        return _FOOTER + len(self._tracker.away)

    def _longest_name(self, tracks: list[NodeTrack]) -> int:
        if self._measured[0] != len(tracks):
            longest = max([_NARROWEST_NAME, *(cell_len(_name(track)) for track in tracks)])
            self._measured = (len(tracks), longest)
        return self._measured[1]

    def _chosen(self, tracks: list[NodeTrack], room: int) -> list[NodeTrack | Text]:
        """Return the nodes to draw, in the order of the graph, with lines for those left out."""
        if len(tracks) <= room:
            return list(tracks)
        through: list[NodeTrack] = []
        waiting: list[NodeTrack] = []
        busy: list[NodeTrack] = []
        for track in tracks:
            if track.finished and not track.failed:
                through.append(track)
            else:
                (busy if track.running or track.done else waiting).append(track)
        space = max(1, room - bool(through) - bool(waiting))
        shown = busy[:space]
        latest = sorted(through, key=lambda t: t.last_end or 0.0)[::-1]
        for more in (waiting, latest):
            shown += more[: max(0, space - len(shown))]
        seen = {track.id for track in shown}
        chosen: list[NodeTrack | Text] = []
        if hidden := [track for track in through if track.id not in seen]:
            chosen.append(self._together(hidden, "through"))
        chosen += [track for track in tracks if track.id in seen]
        if hidden := [track for track in (*busy, *waiting) if track.id not in seen]:
            chosen.append(self._together(hidden, "waiting"))
        return chosen

    def _together(self, tracks: list[NodeTrack], what: str) -> Text:
        glyph, style = self._glyphs["done" if what == "through" else "waiting"]
        line = Text(f" {glyph} ", style=style, no_wrap=True, overflow="ellipsis")
        nodes = count(len(tracks), "node")
        if what == "waiting":
            return line.append(f"{nodes} more to come", style="dim")
        line.append(f"{nodes} through  ", style="dim")
        return _append_counts(line, merged(tracks))

    def _row(self, track: NodeTrack, name_width: int, width: int) -> Text:
        glyph, style = self._glyphs[_state(track)]
        quiet = _state(track) == "waiting"
        line = Text(f" {glyph} ", style=style, no_wrap=True, overflow="ellipsis", end="\n")
        name = shorten(_name(track), name_width)
        line.append(name + " " * (name_width - cell_len(name)), style="dim" if quiet else "")
        more = "" if track.complete or not track.total else "+"
        tally = f"{track.done:,}/{track.total:,}{more}" if track.total or track.complete else ""
        line.append(f" {tally:>{_COUNT_WIDTH}}  ", style="dim")
        if track.running:
            self._append_bar(line, track, width)
        else:
            _append_counts(line, track)
            if track.ran:
                _append_right(line, seconds(track.elapsed(0.0)), width)
        return line

    def _append_bar(self, line: Text, track: NodeTrack, width: int) -> None:
        low, high = _BAR_WIDTH
        size = max(low, min(high, (width - line.cell_len) // 3))
        full = int(track.share * size + 1e-6)
        bar, rest = self._glyphs["bar"], self._glyphs["rest"]
        line.append(bar[0] * full, style=bar[1]).append(rest[0] * (size - full), style=rest[1])
        left = self._tracker.node_left(track)
        times = _clock(track.elapsed(self._tracker.now))
        if left is not None:
            times += f"  ~{_clock(left)}"
        counts = _append_counts(Text("  "), track) if track.done else Text()
        room = width - line.cell_len - cell_len(times) - 4
        if counts.cell_len <= room:
            line.append_text(counts)
            room -= counts.cell_len
        note = _note(track)
        if note and room > 12:
            line.append("  " + shorten(note, room - 2), style="dim")
        _append_right(line, times, width)

    def _footer(self, width: int) -> Text:
        tracker = self._tracker
        done = sum(track.done for track in tracker.nodes.values())
        total = sum(track.total for track in tracker.nodes.values())
        known = all(track.complete for track in tracker.nodes.values())
        line = Text(" ", no_wrap=True, overflow="ellipsis")
        line.append(f"{done:,} of {total:,}{'' if known else '+'} tasks", style="bold")
        trouble = merged([t for t in tracker.nodes.values() if t.done > t.cached + t.ran])
        trouble.cached = trouble.ran = 0
        if trouble.done:
            _append_counts(line.append("   "), trouble)
        line.append(f"   {_clock(tracker.elapsed)} elapsed", style="dim")
        # Nobody knows for how long a provider is waited for.
        ahead = Outlook() if tracker.away else tracker.outlook()
        if ahead.left is not None:
            line.append(f"   about {_clock(ahead.left)} left", style="dim")
        elif ahead.over >= 1:
            line.append(f"   {_clock(ahead.over)} longer than usual", style="dim")
        for provider, away in tracker.away.items():
            left = away.until - tracker.now
            again = f"; again in {left:.0f} s" if left >= 1 else ""
            said = visible(f"{provider}: {away.message}")
            said = shorten(said, max(1, width - cell_len(again) - 2))
            line.append(f"\n {said}{again}", style="yellow")
        if self.message:
            line.append(f"\n {self.message}", style="yellow")
        return line


_Glyphs = dict[str, tuple[str, str]]
_UNICODE: _Glyphs = {
    "done": ("✓", "green"),
    "cached": ("✓", "cyan"),
    "running": ("●", "blue"),
    "begun": ("◌", "blue"),
    "waiting": ("·", "dim"),
    "failed": ("✗", "bold red"),
    "blocked": ("⊘", "yellow"),
    "bar": ("━", "blue"),
    "rest": ("─", "bright_black"),
}
_ASCII: _Glyphs = {
    "done": ("+", "green"),
    "cached": ("+", "cyan"),
    "running": (">", "blue"),
    "begun": ("~", "blue"),
    "waiting": (".", "dim"),
    "failed": ("x", "bold red"),
    "blocked": ("!", "yellow"),
    "bar": ("#", "blue"),
    "rest": ("-", "bright_black"),
}


def _can_draw(console: Console) -> bool:
    try:
        "✓●◌⊘✗━".encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _state(track: NodeTrack) -> str:
    if track.failed:
        return "failed"
    if track.running:
        return "running"
    if not track.finished:
        return "begun" if track.done else "waiting"
    if track.blocked or track.skipped or track.stopped:
        return "blocked"
    return "done" if track.ran else "cached"


def _name(track: NodeTrack) -> str:
    return visible(track.title or track.id)


def _note(track: NodeTrack) -> str:
    """Return what the furthest running task says of itself."""
    task, running = max(track.running.items(), key=lambda item: (item[1].share, item[0]))
    label = f"{task[len(track.id) :]} " if track.total > 1 else ""
    if not running.note:
        return label.strip() if len(track.running) == 1 else ""
    return visible(label + running.note)


def _append_counts(line: Text, track: NodeTrack) -> Text:
    for span in describe_counts(track):
        line.append(*((span, "dim") if isinstance(span, str) else span))
    return line


def _append_right(line: Text, text: str, width: int) -> None:
    line.append(" " * max(1, width - line.cell_len - cell_len(text) - 1))
    line.append(text, style="dim")


def _clock(value: float) -> str:
    whole = int(value)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
