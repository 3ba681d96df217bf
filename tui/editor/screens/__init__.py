"""The screens of the editor, and the parts of the main one: bars, canvas, modes, panes."""
