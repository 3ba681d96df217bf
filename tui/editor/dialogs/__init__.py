"""Questions that the editor asks: a list to pick from, a line to type, a choice to make.

Each is a `Dialog` that is dismissed with its answer, or with None where the person backs out.
"""
