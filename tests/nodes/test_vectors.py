"""Vector pictures, with the built-in model, and what is refused of those that others send."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import File, TaskError
from nodes.media import check_svg, sniff
from tests.support.media import make_gradient
from tests.support.studio import Studio

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    make_gradient(tmp_path / "photo.png")
    return Studio(tmp_path)


def test_words_become_shapes(studio: Studio) -> None:
    made = studio.outputs("text_to_vector", {"prompt": "a <fox> & a hen"}, "file")["file"]
    assert made.media_type == "image/svg+xml"
    text = studio.path(made).read_text()
    assert "<title>a &lt;fox&gt; &amp; a hen</title>" in text
    assert text.count("<path") > 4


def test_a_picture_becomes_shapes_and_keeps_its_size(studio: Studio) -> None:
    made = studio.outputs("image_to_vector", {"image": "photo.png"}, "file")["file"]
    assert isinstance(made, File)
    assert 'width="64" height="48"' in studio.path(made).read_text()


def written(folder: Path, text: str) -> Path:
    path = folder / "picture.svg"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "body",
    [
        "<path d='M0 0h1v1z' fill='url(#a)'/>",
        "<style>.a{fill:#fff}</style><use xlink:href='#a'/>",
        "<image href='data:image/png;base64,AAAA'/>",
        "<text>javascript is a word here</text>",
    ],
)
def test_shapes_are_taken(tmp_path: Path, body: str) -> None:
    kind = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'
    for start in ("", '<?xml version="1.0"?>\n', f"<!-- made by hand -->{kind}\n"):
        path = written(tmp_path, f"{start}{HEAD}{body}</svg>")
        assert sniff(path) == "image/svg+xml"
        check_svg(path)


@pytest.mark.parametrize(
    "body",
    [
        "<script>1</script>",
        "<path onload='x()'/>",
        "<image href='https://example.com/a.png'/>",
        "<use xlink:href='other.svg#a'/>",
        "<a href='javascript:x()'><path/></a>",
        "<a href=' java\tscript:x()'/>",
        "<image href='data:image/svg+xml;base64,AAAA'/>",
        "<image href='data:text/html,x'/>",
        "<foreignObject/>",
        "<style>@import 'a.css';</style>",
        "<style>.a{fill:u<!-- -->rl(https://example.com)}</style>",
        "<style>.a{fill:\\75rl(https://example.com)}</style>",
        "<path style='fill:url(https://example.com)'/>",
        "<path fill=\"url( 'https://example.com' )\"/>",
        "<set attributeName='xlink:href' to='x'/>",
        "<h:script xmlns:h='http://www.w3.org/1999/xhtml'/>",
        "<?xml-stylesheet href='a.css'?>",
        "<g>" * 300 + "</g>" * 300,
        "<g>",
    ],
)
def test_what_is_more_than_shapes_is_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(TaskError, match="vector picture is refused"):
        check_svg(written(tmp_path, f"{HEAD}{body}</svg>"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no picture",
        "<html/>",
        "<svg/>",
        f'<!DOCTYPE svg [<!ENTITY a "aaaa">]>{HEAD}&a;</svg>',
        f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>{HEAD}&a;</svg>',
    ],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(TaskError, match="vector picture is refused"):
        check_svg(written(tmp_path, text))


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_nothing_that_comes_breaks_the_check(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for data in (content, HEAD.encode() + content + b"</svg>"):
            path = Path(folder) / "a"
            path.write_bytes(data)
            try:
                check_svg(path)
            except TaskError as error:
                assert "refused" in error.message


def test_a_vector_picture_is_no_picture_of_pixels(studio: Studio) -> None:
    written(studio.folder, f"{HEAD}</svg>")
    assert "image/svg+xml" in studio.complaints(
        "resize", {"image": "picture.svg", "width": 8}, "image"
    )
