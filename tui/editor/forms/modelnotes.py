"""What is said below a model's name in a form: the price of this call, and what is in its way."""

from __future__ import annotations

from dataclasses import replace

from nodes.models import catalogue
from tui.editor.forms.asked import asked_of
from tui.editor.forms.keystates import KeyStates
from tui.editor.forms.lines import names_of
from tui.editor.forms.modelrows import ModelRow, call_of
from tui.editor.forms.rows import Sheet
from tui.editor.model import Snapshot


def with_model_notes(sheet: Sheet, snapshot: Snapshot, keys: KeyStates) -> Sheet:
    """Return a form in which it stands below each chosen model what a call costs there."""
    rows = list(sheet.rows)
    for at, row in enumerate(rows):
        asked = asked_of(snapshot, row.slot.node) if row.kind == "models" and row.slot else None
        if asked is None or row.slot is None:
            continue
        call = call_of(snapshot, row.slot.node, asked.kind)
        notes = []
        for name in names_of(row.shown):
            model = catalogue().get(name)
            line = ModelRow(model, catalogue().status(model), call) if model else None
            notes.append(_note(line, keys) if line else "")
        rows[at] = replace(row, notes=tuple(notes))
    return Sheet(sheet.target, tuple(rows))


def providers_in(sheet: Sheet) -> list[str]:
    """Return the providers of the models that a form names."""
    names = [name for row in sheet.rows if row.kind == "models" for name in names_of(row.shown)]
    found = [model.provider for name in names if (model := catalogue().get(name))]
    return list(dict.fromkeys(found))


def _note(row: ModelRow, keys: KeyStates) -> str:
    model = row.model
    status = "" if row.status == "active" else row.status
    key = "" if model.local else keys.words(model.provider)
    return " · ".join(filter(None, (row.price_words, key, status)))
