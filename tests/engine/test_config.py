"""The settings of a home: what they say, and how mistakes in them are named."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from engine.config import Config, read_config
from engine.errors import UsageError


def test_without_a_file_nothing_is_limited(tmp_path: Path) -> None:
    assert read_config(tmp_path) == Config()
    assert not read_config(tmp_path).budget.is_limited


def test_all_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        "[budget]\nper_run = 5\nper_day = 0.1\n[budget.providers]\nfal = 2.50\n"
        "[limits]\nmedia = 2\n[calls_a_minute]\nfal = 300\n"
    )
    config = read_config(tmp_path)
    assert (config.budget.run, config.budget.day) == (Decimal(5), Decimal("0.1"))
    assert config.budget.providers == {"fal": Decimal("2.50")}
    assert config.limits == {"media": 2}
    assert config.paces == {"fal": 300}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[budget", "not a TOML file"),
        ("[budgets]", "budgets: there is no such setting\n  Did you mean budget?"),
        ("[budget]\nper_week = 1", "budget.per_week: there is no such setting"),
        ("[budget]\nper_day = '1'", "budget.per_day: '1' is no amount"),
        ("[budget]\nper_run = -1", "budget.per_run: -1 is no amount"),
        ("[budget]\nper_run = nan", "budget.per_run: NaN is no amount"),
        ("[budget]\nper_run = true", "budget.per_run: True is no amount"),
        ("[budget]\nproviders = 3", "budget.providers: not a table"),
        ("[budget.providers]\nfal = 'x'", "budget.providers.fal: 'x' is no amount"),
        ("[limits]\nmedia = 0", "limits.media: 0 is not a whole number from 1"),
        ("limits = 3", "limits: not a table"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_config(tmp_path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        read_config(tmp_path)
