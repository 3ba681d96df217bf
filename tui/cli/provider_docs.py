"""The parts of docs/providers.md that follow from the code: keys, models, and what is left out.

Only what the catalogue's files say is told; a file says what its requests were checked against.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from nodes.keys import NAMES
from nodes.models import Catalogue, ModelInfo, ProviderInfo, catalogue
from tui.cli.commands.models import CHECKED

_INTRODUCTION = """\
What each request was checked against, when it was made: the provider's published
*specification*, the types of its own SDK (*SDK types*), or what its documentation says and nothing
else (*documentation only*). *Called* is the last day on which the real service did the model's work
for this project; all else ran against a copy of the service on this machine, made from the same
documents. A retired model is *never asked*. *Price of* is the day on which the price was read.
"""


def page(text: str) -> str:
    """Return the page with its generated parts brought up to date; the rest stays as it is."""
    for name, lines in _PARTS.items():
        begin, end = (
            f"<!-- {name}: written by `python -m tui.cli.docs` -->",
            f"<!-- end of {name} -->",
        )
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if found and closed:
            text = "\n".join([before + begin, "", *lines(), "", end + after])
    return text


def _keys() -> Iterator[str]:
    yield "| provider | names |"
    yield "|---|---|"
    for provider, groups in NAMES.items():
        names = (" + ".join(f"`{name}`" for name in group) for group in groups)
        yield f"| `{provider}` | {', '.join(names)} |"


def _models() -> Iterator[str]:
    known = catalogue()
    yield from _INTRODUCTION.splitlines()
    yield ""
    yield from _overview(known)
    for provider in known.providers.values():
        models = [model for model in known.all() if model.provider == provider.provider]
        if provider.not_asked:
            yield from ("", f"### {provider.title}: none", "", f"Not asked: {provider.not_asked}.")
        elif not provider.local:
            yield from _table(provider, models)


def _overview(known: Catalogue) -> Iterator[str]:
    """Yield a table of all providers: how many models each has, and how many are checked so."""
    yield f"| provider | id | {' | '.join(CHECKED.values())} | retired | does |"
    yield "|---|---|" + "---:|" * (len(CHECKED) + 1) + "---|"
    for provider in sorted(known.providers.values(), key=lambda each: each.title.lower()):
        models = [model for model in known.all() if model.provider == provider.provider]
        asked = [model for model in models if model.lifecycle.status != "retired"]
        numbers = [sum(model.checked_against == name for model in asked) for name in CHECKED]
        kinds = dict.fromkeys(kind for model in asked for kind in model.kinds)
        cells = [
            provider.title,
            f"`{provider.provider}`",
            *(str(number or "") for number in [*numbers, len(models) - len(asked)]),
            ", ".join(kinds) or "not asked",
        ]
        if not provider.local:
            yield f"| {' | '.join(cells)} |"


def _table(provider: ProviderInfo, models: list[ModelInfo]) -> Iterator[str]:
    yield ""
    yield f"### {provider.title}: models"
    yield ""
    yield "| model | does | checked against | called | status | price of |"
    yield "|---|---|---|---|---|---|"
    for model in models:
        cells = (
            f"`{model.id}`",
            ", ".join(model.kinds),
            _checked(model),
            model.called.isoformat() if model.called else "never",
            _life(model),
            model.price.date.isoformat(),
        )
        yield f"| {' | '.join(cells)} |"


def _checked(model: ModelInfo) -> str:
    is_asked = model.lifecycle.status != "retired"
    return CHECKED[model.checked_against] if is_asked else "never asked"


def _life(model: ModelInfo) -> str:
    """Return what the file says of a model's life; not the state of today, which would change."""
    life = model.lifecycle
    until = f" until {life.until}" if life.until else ""
    successor = f"; then `{life.successor}`" if life.successor else ""
    return f"{life.status}{until}{successor}"


def _left_out() -> Iterator[str]:
    providers = [each for each in catalogue().providers.values() if each.left_out]
    if not providers:
        yield "Nothing."
    for number, provider in enumerate(providers):
        if number:
            yield ""
        yield f"**{provider.title}**"
        yield ""
        yield "| operation | why it is left out |"
        yield "|---|---|"
        for each in provider.left_out:
            yield f"| {_cell(each.operation)} | {_cell(each.reason)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


_PARTS: Mapping[str, Callable[[], Iterator[str]]] = {
    "keys": _keys,
    "models": _models,
    "left out": _left_out,
}
