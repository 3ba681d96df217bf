"""Words that move what is beside them only where they take another number of lines than before."""

from __future__ import annotations

from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Static


class Steady(Static):
    """Words that change often: the screen is laid out anew only if their height is another one."""

    def say(self, words: VisualType) -> None:
        """Show words; nothing is drawn if they are shown already."""
        if words == self.content:
            return
        self.update(words, layout=False)
        size = self.content_size
        around = self.parent.size if isinstance(self.parent, Widget) else self.app.size
        room = around - self.styles.gutter.totals
        if self.get_content_height(room, self.app.size, size.width) != size.height:
            self.refresh(layout=True)
