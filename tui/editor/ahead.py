"""Keys that are typed before what they are meant for has the focus."""

from __future__ import annotations

from textual import events
from textual.widget import Widget


def hand_on(event: events.Key, widget: Widget) -> None:
    """Give a key to a widget, as if it had had the focus when the key was pressed."""
    copy = events.Key(event.key, event.character)
    # Otherwise the application takes it for a new one when it comes back from the widget, and
    # hands it out a second time.
    copy._set_forwarded()
    widget.post_message(copy)
