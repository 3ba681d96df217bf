"""The inspector: forms for nodes, and for all else that a workflow has.

`rows` is what a form consists of, as data, and `nodesheet` and `sheets` make it from a workflow:
these, `asked` (what models take), `values`, `suggesting` and `letters` know no terminal. `lines`
turns rows into words, `form` draws them, `typing` is where a value is typed, and `inspector` is the
pane that puts all together. `modelpicker`, `filepicker` and `longtext` are screens of their own.
"""
