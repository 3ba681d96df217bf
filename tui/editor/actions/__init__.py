"""The actions of the editor: one registry, and a module for each subject.

An action is declared by `action` beside the function that does it, which is given the workbench.
`actions()` gives all; `Workbench.do` does one, or says why it cannot be done now.
"""

from tui.editor.actions.registry import GROUPS, Action, action, actions

__all__ = ["GROUPS", "Action", "action", "actions"]
