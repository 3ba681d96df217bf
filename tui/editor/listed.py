"""The keys of all lists: of those that one goes through, and of those that one searches by typing.

Whatever has `LIST` or `CHOICE` as its topic can `go` by lines, `go_page`, `go_end` and `pick`, and
says `why_no_line` can be gone to, and `why_no_pick` can be made; nothing where it can.
"""

from __future__ import annotations

from tui.editor.commands import Topic, command

LIST = Topic(
    "Lists",
    "The cursor goes over the lines; where there are none to choose, the text moves.",
    (
        command("list.pick", "Line: Choose", "enter",
                "Does what the list is for with the line that the cursor is on; so does a double "
                "click.", lambda it: it.pick(), why_not=lambda it: it.why_no_pick(),
                word="choose"),
        command("list.up", "List: Up", "up,k", "Goes to the line above.",
                lambda it: it.go(-1), why_not=lambda it: it.why_no_line()),
        command("list.down", "List: Down", "down,j", "Goes to the line below.",
                lambda it: it.go(1), why_not=lambda it: it.why_no_line()),
        command("list.page-up", "List: Page up", "pageup,ctrl+u", "Goes up by what is in view.",
                lambda it: it.go_page(-1), why_not=lambda it: it.why_no_line()),
        command("list.page-down", "List: Page down", "pagedown,ctrl+d",
                "Goes down by what is in view.", lambda it: it.go_page(1),
                why_not=lambda it: it.why_no_line()),
        command("list.first", "List: First", "home,g", "Goes to the first line.",
                lambda it: it.go_end(-1), why_not=lambda it: it.why_no_line()),
        command("list.last", "List: Last", "end,G", "Goes to the last line.",
                lambda it: it.go_end(1), why_not=lambda it: it.why_no_line()),
    ),
    is_common=True,
)  # fmt: skip
CHOICE = Topic(
    "Choosing",
    "Type a few letters of what you look for, in any place of its name; the best fit comes first. "
    "What cannot be chosen now is dim, and says why.",
    (
        command("choice.up", "Choice: Up", "up,ctrl+p", "Goes to the line above.",
                lambda it: it.go(-1), why_not=lambda it: it.why_no_line(), word="go"),
        command("choice.down", "Choice: Down", "down,ctrl+n", "Goes to the line below.",
                lambda it: it.go(1), why_not=lambda it: it.why_no_line(), word="go"),
        command("choice.page-up", "Choice: Page up", "pageup", "Goes up by a page.",
                lambda it: it.go_page(-1), why_not=lambda it: it.why_no_line()),
        command("choice.page-down", "Choice: Page down", "pagedown", "Goes down by a page.",
                lambda it: it.go_page(1), why_not=lambda it: it.why_no_line()),
        command("choice.pick", "Choice: Take", "enter", "Takes what the cursor is on.",
                lambda it: it.pick(), why_not=lambda it: it.why_no_pick(), word="take"),
    ),
    comes_first=True,
    is_common=True,
)  # fmt: skip
"""A list to search by typing; its keys come before those of the line that is typed."""
