from __future__ import annotations

import subprocess
import sys

import pytest

from nodes import media


def test_every_public_name_is_there() -> None:
    assert sorted(media.__all__, key=str.lower) == sorted(media._HOMES, key=str.lower)
    for name in media.__all__:
        assert getattr(media, name) is not None
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = media.nothing_like_it


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    code = "import sys, nodes.media; print(sorted({'av', 'PIL'} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
