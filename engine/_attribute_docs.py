"""The docstrings below the fields of a class, read from its source when they are wanted.

A JSON Schema shows them. Pydantic can read them too, but does so for each start of the program,
which takes longer than all else that the classes need.
"""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from textwrap import dedent


def attribute_docs(cls: type) -> dict[str, str]:
    """Return the docstrings of the fields that a class declares, by the field's name.

    Where its source is not at hand, there are none.
    """
    try:
        source = inspect.getsource(cls)
    except (OSError, TypeError):
        return {}
    declared = ast.parse(dedent(source)).body[0]
    if not isinstance(declared, ast.ClassDef):
        return {}
    return {
        field.target.id: inspect.cleandoc(doc)
        for field, after in pairwise(declared.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and (doc := _text(after))
    }


def _text(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return statement.value.value if isinstance(statement.value.value, str) else ""
    return ""
