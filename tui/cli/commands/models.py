"""`reelgraph models`: the models of the catalogue, and everything about one of them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any, get_args

from engine.errors import UsageError
from nodes.models import Accepted, Catalogue, Kind, ModelInfo, catalogue
from nodes.models.info import CheckedAgainst
from tui.cli.exits import Exit
from tui.cli.session import Session, unknown
from tui.cli.styles import listings_of
from tui.cli.tables import Column, paragraphs, table
from tui.cli.terminal import Span, Terminal
from tui.cli.words import dollars

CHECKED: Mapping[CheckedAgainst, str] = {
    "spec": "specification",
    "sdk": "SDK types",
    "documentation": "documentation only",
}
"""What requests were checked against, in words."""
_BESIDE_IDS = 66
"""Columns that a list takes besides the ids when it has summaries too."""


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Print the models, or one."""
    models = catalogue()
    if options.id == "doctor":
        return _examine(options, session, terminal)
    if options.file is not None:
        raise UsageError("only `models doctor` takes a file", hint="As in: models doctor film.json")
    if options.compare:
        return _compare(models, options, terminal)
    if options.styles:
        return _print_styles(options, session, terminal)
    if options.id is not None:
        _print_one(_find(models, options.id), terminal, as_json=options.json)
        return Exit.DONE
    chosen = list(_chosen(models, options))
    if options.json:
        terminal.print_json({"v": 1, "models": [_as_json(model) for model in chosen]})
    elif chosen:
        terminal.print_lines(_list(chosen, terminal.width))
        if len(chosen) == len(models.all()):
            names = [each.title for each in models.providers.values() if each.not_asked]
            terminal.note(f"Not asked: {', '.join(names)}; --provider NAME says why.")
    elif (provider := models.providers.get(options.provider)) and provider.not_asked:
        terminal.note(f"{provider.title} is not asked: {provider.not_asked}.")
    else:
        terminal.note("There is no such model.")
    return Exit.DONE


def _examine(options: Namespace, session: Session, terminal: Terminal) -> int:
    from tui.cli.doctor import examine

    if options.file is None:
        raise UsageError("doctor needs a workflow file", hint="As in: models doctor film.json")
    return examine(options.file, session, terminal, as_json=options.json)


def _compare(models: Catalogue, options: Namespace, terminal: Terminal) -> int:
    from tui.cli.comparison import as_json, lines

    if options.kind is None or options.id is not None:
        raise UsageError(
            "--compare needs a kind of work",
            hint="As in: reelgraph models --for image_to_video --compare",
        )
    chosen = list(_chosen(models, options))
    if options.status is None:
        chosen = [model for model in chosen if models.is_offered(model)]
    if options.json:
        rows = as_json(chosen, options.kind)
        terminal.print_json({"v": 1, "kind": options.kind, "models": rows})
    else:
        terminal.print_lines(lines(chosen, options.kind, terminal.width))
        terminal.note("Prices are those of the catalogue, each of its own date; --json has them.")
    return Exit.DONE


def _chosen(models: Catalogue, options: Namespace) -> Iterator[ModelInfo]:
    """Yield the models that all options of the list leave."""
    providers = list(models.providers)
    if options.provider not in (None, *providers):
        raise unknown("provider", options.provider, providers, listing="reelgraph models")
    for model in _of_kind(models, options.kind):
        if (
            options.provider in (None, model.provider)
            and options.status in (None, models.status(model))
            and (options.max_price is None or _costs_at_most(model, options.max_price))
        ):
            yield model


def _costs_at_most(model: ModelInfo, limit: Decimal) -> bool:
    """Tell whether the price that the list shows is known to be no higher."""
    high = model.price.high
    if high is None and not model.price.low:
        high = model.estimate({}).high
    return high is not None and high <= limit


def _print_styles(options: Namespace, session: Session, terminal: Terminal) -> int:
    if options.id is None:
        raise UsageError(
            "--styles needs a model", hint="As in: reelgraph models higgsfield/soul --styles"
        )
    listings = listings_of(session, _find(catalogue(), options.id).id)
    if options.json:
        told = {option: [asdict(each) for each in listed] for option, listed in listings.items()}
        terminal.print_json({"v": 1, "model": options.id, "listings": told})
        return Exit.DONE
    for option, listed in listings.items():
        terminal.print((f"options.{option}", "bold"))
        rows: list[list[Span]] = [[each.name, each.note] for each in listed]
        terminal.print_lines(table([Column(""), Column("", wrap=True)], rows, terminal.width))
    return Exit.DONE


def _find(models: Catalogue, model_id: str) -> ModelInfo:
    model = models.get(model_id)
    provider = models.providers.get(model_id.partition("/")[0])
    if provider is not None and provider.not_asked:
        raise UsageError(f"{provider.title} is not asked", hint=f"{provider.not_asked}.")
    if model is None:
        raise unknown("model", model_id, [m.id for m in models.all()], listing="reelgraph models")
    return model


def _of_kind(models: Catalogue, kind: str | None) -> list[ModelInfo]:
    if kind is None:
        return models.all()
    kinds = get_args(Kind)
    if kind not in kinds:
        raise unknown("kind of model", kind, list(kinds), listing="reelgraph models")
    return [model for model in models.all() if kind in model.kinds]


def _list(models: list[ModelInfo], width: int | None) -> Iterator[list[Span]]:
    columns = [
        Column("model", shrink=True, style="bold"),
        Column("does", shrink=True, style="green"),
        Column("price", shrink=True, right=True),
        Column("", style="yellow"),
        Column("", wrap=True),
    ]
    # Ids must be whole to be of use: where there is no room, the summaries go first.
    longest = max((len(model.id) for model in models), default=0)
    is_roomy = width is None or width >= longest + _BESIDE_IDS
    rows: list[list[Span]] = [
        [
            model.id,
            ", ".join(model.kinds),
            price(model),
            _status(model),
            model.summary if is_roomy else "",
        ]
        for model in models
    ]
    return table(columns, rows, width)


def price(model: ModelInfo) -> str:
    """Return what a model costs: `free`, `$0.40 a second`, `$0.84 by default`, `unknown`."""
    low, high = model.price.low, model.price.high
    text = dollars(low, high)
    if high is None and not low:
        usual = model.estimate({})
        return f"{dollars(usual.low, usual.high)} by default" if usual.low else text
    if not low and not high:
        return text
    return f"{text} {_a(model.price.unit)}"


def _a(unit: str) -> str:
    return f"an {unit}" if unit == "image" else f"a {unit.replace('_', ' ')}"


def _status(model: ModelInfo) -> str:
    status = catalogue().status(model)
    return "" if status == "active" else status


def _print_one(model: ModelInfo, terminal: Terminal, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json({"v": 1, **_as_json(model)})
        return
    terminal.print((model.id, "bold"), (f"  {model.title}", "dim"))
    terminal.print_lines(paragraphs(model.summary, terminal.width))
    terminal.print()
    rows: list[list[Span]] = [[label, text] for label, text in _facts(model) if text]
    terminal.print_lines(
        table([Column("", style="cyan"), Column("", wrap=True)], rows, terminal.width)
    )


def _facts(model: ModelInfo) -> Iterator[tuple[str, str]]:
    yield "does", ", ".join(model.kinds)
    yield "runs", "on this machine: no key, no network" if model.local else f"at {model.provider}"
    yield "price", price(model)
    yield from _prices(model)
    yield "as of", f"{model.price.date}, {model.price.source}"
    yield from accepts(model)
    life = model.lifecycle
    until = f" until {life.until}" if life.until else ""
    successor = f"; its successor is {life.successor}" if life.successor else ""
    yield "status", f"{catalogue().status(model)}{until}{successor}"
    yield "checked", _checked(model)
    yield "terms", catalogue().terms(model)
    yield "version", model.version
    yield "more", model.docs


def _prices(model: ModelInfo) -> Iterator[tuple[str, str]]:
    """Yield what is paid for certain values, and what makes the price unknown."""
    for case in model.price.cases:
        values = [f"{name} {value}" for name, value in case.when.items()]
        words = f" for {', '.join(values)}" * bool(values)
        words += f" without {' and '.join(case.without)}" * bool(case.without)
        is_known = case.low or case.high is not None
        unit = f" {_a(model.price.unit)}" if is_known else ""
        yield "", f"{dollars(case.low, case.high)}{unit}{words}"
    if model.price.unbounded_by:
        yield "", f"unknown with {' or '.join(model.price.unbounded_by)}"


def _checked(model: ModelInfo) -> str:
    """Return what speaks for its being asked rightly; nothing is called on trust."""
    if model.local:
        return ""
    against = f"its requests, against the provider's {CHECKED[model.checked_against]}"
    called = (
        f"called last on {model.called}" if model.called else "never called at the real service"
    )
    return f"{against}; {called}"


def accepts(model: ModelInfo) -> Iterator[tuple[str, str]]:
    """Yield each thing that a model accepts, by name, with its limits in words."""
    for name, accepted in model.inputs.items():
        yield name, _limits(accepted, model)
    for name, accepted in model.options.items():
        yield f"options.{name}", _limits(accepted, model)


def _limits(accepted: Accepted, model: ModelInfo) -> str:
    parts = [", ".join(str(value) for value in accepted.values)]
    measure = f" {accepted.measure}" if accepted.measure else ""
    if accepted.low is not None and accepted.high is not None:
        parts.append(f"{accepted.low:,.10g} to {accepted.high:,.10g}{measure}")
    elif accepted.low is not None or accepted.high is not None:
        word, limit = (
            ("at least", accepted.low) if accepted.high is None else ("at most", accepted.high)
        )
        parts.append(f"{word} {limit:,.10g}{measure}")
    parts += accepted.file_limits()
    if accepted.longest is not None:
        parts.append(f"up to {accepted.longest:,} {accepted.unit}")
    if accepted.default is not None:
        parts.append(f"{accepted.default} by default")
    if accepted.required:
        parts.append("required")
    parts.append(accepted.help)
    if accepted.kinds and set(model.kinds) - set(accepted.kinds):
        parts.append(f"only for {' and '.join(accepted.kinds)}")
    return ", ".join(part for part in parts if part) or accepted.type


def _as_json(model: ModelInfo) -> dict[str, Any]:
    terms = catalogue().terms(model)
    return {**model.model_dump(mode="json"), "provider": model.provider, "terms": terms}
