"""What was spent, in words."""

from __future__ import annotations

from decimal import Decimal

from engine.store.ledger import SpendRow
from tui.cli.commands.spend import spend_in_words


def test_an_estimate_is_the_most_only_where_all_is_priced() -> None:
    known = SpendRow("a", calls=1, estimated=Decimal("0.20"))
    assert spend_in_words([known]) == "$0.20 estimated at most"
    open_ended = SpendRow("b", calls=1, estimated=Decimal("0.0125"), unpriced=1)
    said = spend_in_words([known, open_ended])
    assert said == "$0.2125 estimated, 1 call of unknown price"
