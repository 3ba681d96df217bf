"""Clips: length, codec, moves in the right direction, the last picture, hostile input."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import av
import pytest
from PIL import ExifTags, Image, ImageChops, ImageDraw, ImageStat

from engine.errors import ErrorKind, TaskError
from nodes.animatic import draw_frame, render_clip
from nodes.media import Cue, burn_subtitles, concat

WIDTH, HEIGHT = 160, 90


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """A white spot in the middle of a black picture."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (20, 20, 20))
    ImageDraw.Draw(image).rectangle((70, 35, 90, 55), fill="white")
    image.save(tmp_path / "mark.png")
    return tmp_path / "mark.png"


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    draw_frame(
        "Wide shot. A wolf stands. A road, day.", tmp_path / "drawn.png", width=320, height=180
    )
    return tmp_path / "drawn.png"


def frames(path: Path) -> list[Image.Image]:
    with av.open(str(path)) as file:
        return [frame.to_image() for frame in file.decode(video=0)]  # type: ignore[no-untyped-call]


def clip(image: Path, motion: str, seconds: float = 0.5, **options: object) -> list[Image.Image]:
    out = image.with_suffix(".mp4")
    render_clip(image, out, motion=motion, seconds=seconds, **options)  # type: ignore[arg-type]
    return frames(out)


def spot(image: Image.Image) -> tuple[float, float, float]:
    """Centre and width of what is bright."""
    box = image.convert("L").point([255 * (level > 128) for level in range(256)]).getbbox()
    assert box is not None
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box[2] - box[0]


def darkest(image: Image.Image) -> int:
    return min(image.convert("L").tobytes())


def distance(one: Image.Image, other: Image.Image) -> float:
    return ImageStat.Stat(ImageChops.difference(one.convert("L"), other.convert("L"))).mean[0]


@pytest.mark.parametrize(("seconds", "count"), [(0.5, 12), (1.02, 24), (0.03, 1), (1 / 3, 8)])
def test_the_number_of_frames_is_exact(mark: Path, seconds: float, count: int) -> None:
    assert len(clip(mark, "push in", seconds)) == count


def test_the_stream_is_one_that_players_accept(mark: Path) -> None:
    clip(mark, "static", 1.0)
    with av.open(str(mark.with_suffix(".mp4"))) as file:
        (stream,) = file.streams
        assert isinstance(stream, av.VideoStream)
        context = stream.codec_context
        assert (context.name, context.pix_fmt, context.profile) == ("h264", "yuv420p", "High")
        assert (context.width, context.height) == (WIDTH, HEIGHT)
        assert stream.average_rate == 24
        assert stream.frames == 24
        packets = [packet for packet in file.demux() if packet.size]
    assert packets[0].is_keyframe
    assert [packet.pts for packet in packets] == [packet.dts for packet in packets]
    head = mark.with_suffix(".mp4").read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")


def test_clips_of_one_size_share_their_parameters(mark: Path, drawn: Path) -> None:
    parameters = set()
    for image, motion in ((mark, "pan left"), (drawn, "push in")):
        clip(image, motion, width=WIDTH, height=HEIGHT)
        with av.open(str(image.with_suffix(".mp4"))) as file:
            parameters.add(file.streams.video[0].codec_context.extradata)
    assert len(parameters) == 1


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as file:
        return [bytes(packet) for packet in file.demux(video=0) if packet.size]


def test_clips_join_with_treated_ones_without_being_encoded_again(
    mark: Path, drawn: Path, tmp_path: Path
) -> None:
    first, plain, last = (tmp_path / f"{name}.mp4" for name in ("first", "plain", "last"))
    render_clip(mark, first, motion="pan left", seconds=0.5, width=320, height=180)
    render_clip(drawn, plain, motion="push in", seconds=0.5)
    render_clip(drawn, last, motion="static", seconds=0.25)
    burnt, film = tmp_path / "burnt.mp4", tmp_path / "film.mp4"
    burn_subtitles(plain, burnt, [Cue(0.0, 0.4, "Who's there?")])
    concat([first, burnt, last], film)
    assert packets(film) == packets(first) + packets(burnt) + packets(last)
    assert len(frames(film)) == 12 + 12 + 6


@pytest.mark.parametrize(
    ("motion", "axis", "sign"),
    [
        ("pan right", 0, -1),
        ("pan left", 0, 1),
        ("truck right", 0, -1),
        ("tilt up", 1, 1),
        ("tilt down", 1, -1),
        ("crane up", 1, 1),
        ("push in", 2, 1),
        ("zoom in", 2, 1),
        ("pull out", 2, -1),
    ],
)
def test_moves_go_the_right_way(mark: Path, motion: str, axis: int, sign: int) -> None:
    pictures = clip(mark, motion)
    assert (spot(pictures[-1])[axis] - spot(pictures[0])[axis]) * sign > 3


def test_a_flat_picture_shows_no_border(tmp_path: Path) -> None:
    Image.new("RGB", (WIDTH, HEIGHT), (180, 180, 180)).save(tmp_path / "grey.png")
    for motion in ("fast pan right", "fast tilt up, handheld", "pull out", "orbit"):
        for picture in clip(tmp_path / "grey.png", motion):
            assert darkest(picture) > 160


@pytest.mark.parametrize(
    "motion", ["push in", "pull out", "truck right", "orbit", "crane up", "pan left"]
)
def test_a_drawn_frame_starts_as_it_was_drawn_and_keeps_its_caption(
    drawn: Path, motion: str
) -> None:
    pictures = clip(drawn, motion)
    with Image.open(drawn) as still:
        assert distance(pictures[0], still) < 4
    assert distance(pictures[-1], pictures[0]) > 3
    strip = (0, 160, 320, 180)
    assert distance(pictures[-1].crop(strip), pictures[0].crop(strip)) < 2


def test_layers_move_apart(drawn: Path) -> None:
    """Under a trucking camera the sky moves less than the ground."""
    pictures = clip(drawn, "truck right")
    sky, ground = (
        distance(pictures[0].crop(box), pictures[-1].crop(box))
        for box in ((0, 0, 320, 40), (0, 110, 320, 158))
    )
    assert ground > sky


def test_the_last_picture_is_reached(mark: Path, tmp_path: Path) -> None:
    last = tmp_path / "last.png"
    image = Image.new("RGB", (WIDTH, HEIGHT), (10, 60, 160))
    ImageDraw.Draw(image).ellipse((20, 20, 60, 60), fill=(240, 200, 40))
    image.save(last)
    pictures = clip(mark, "push in", last_image=last)
    assert distance(pictures[0], Image.open(mark)) < 4
    assert distance(pictures[-1], image) < 4


def test_the_last_drawn_frame_is_reached(drawn: Path, tmp_path: Path) -> None:
    draw_frame("Close-up, night. Anna weeps.", tmp_path / "last.png", width=320, height=180)
    pictures = clip(drawn, "orbit", last_image=tmp_path / "last.png")
    with Image.open(tmp_path / "last.png") as image:
        assert distance(pictures[-1], image) < 4


def test_the_same_input_gives_the_same_bytes(drawn: Path) -> None:
    clips = set()
    for _ in range(2):
        clip(drawn, "handheld, push in", seed=5)
        clips.add(drawn.with_suffix(".mp4").read_bytes())
    assert len(clips) == 1


@pytest.mark.parametrize("size", [(64, 36), (63, 37), (36, 64), (17, 16)])
def test_small_odd_and_upright_pictures(tmp_path: Path, size: tuple[int, int]) -> None:
    draw_frame("Wide shot. A wolf runs.", tmp_path / "frame.png", width=size[0], height=size[1])
    (first, *_) = clip(tmp_path / "frame.png", "push in", 0.1)
    assert first.size == (size[0] // 2 * 2, size[1] // 2 * 2)


def test_large_frames_are_drawn_smaller_and_enlarged(tmp_path: Path) -> None:
    draw_frame("Wide shot. A wolf runs.", tmp_path / "frame.png", width=1800, height=1000)
    pictures = clip(tmp_path / "frame.png", "push in", 0.05)
    assert pictures[0].size == (1800, 1000)
    with Image.open(tmp_path / "frame.png") as still:
        assert distance(pictures[0], still) < 5


@pytest.mark.parametrize("size", [(180, 320), (240, 240), (320, 136)])
def test_a_drawn_frame_is_composed_anew_for_another_shape(
    drawn: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    (first, *_) = clip(drawn, "push in", 0.1, width=size[0], height=size[1])
    draw_frame("Wide shot. A wolf stands. A road, day.", drawn, width=size[0], height=size[1])
    with Image.open(drawn) as still:
        assert first.size == size
        assert distance(first, still) < 4


def test_one_given_side_keeps_the_shape(mark: Path) -> None:
    assert clip(mark, "static", 0.1, width=80)[0].size == (80, 44)


def test_transparent_and_palette_pictures(tmp_path: Path) -> None:
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    assert darkest(clip(tmp_path / "clear.png", "static", 0.1)[0]) > 240
    Image.new("P", (40, 40)).save(tmp_path / "palette.png")
    assert clip(tmp_path / "palette.png", "static", 0.1)[0].size == (40, 40)


def _png_of_size(width: int, height: int) -> bytes:
    """The head of a PNG that claims a size."""
    import struct
    import zlib

    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        _png_of_size(60_000, 60_000),
        _png_of_size(9000, 9000),
        _png_of_size(40, 40),
    ],
    ids=["empty", "text", "bomb", "too large", "cut"],
)
def test_hostile_pictures_are_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "evil.png").write_bytes(data)
    with pytest.raises(TaskError) as caught:
        render_clip(tmp_path / "evil.png", tmp_path / "out.mp4", motion="", seconds=1)
    assert caught.value.kind in (ErrorKind.INVALID, ErrorKind.LOCAL)
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 1e9])
def test_impossible_lengths_are_refused(mark: Path, seconds: float) -> None:
    with pytest.raises(TaskError, match="seconds"):
        render_clip(mark, mark.with_suffix(".mp4"), motion="", seconds=seconds)


def test_a_folder_that_is_not_there_is_an_error(mark: Path, tmp_path: Path) -> None:
    with pytest.raises(TaskError, match="cannot be written"):
        render_clip(mark, tmp_path / "missing" / "out.mp4", motion="", seconds=0.1)


def test_work_reports_and_can_be_stopped(mark: Path) -> None:
    class Stop(Exception):
        pass

    shares: list[float] = []

    def tick(share: float) -> None:
        shares.append(share)
        if len(shares) > 3:
            raise Stop

    with pytest.raises(Stop):
        render_clip(mark, mark.with_suffix(".mp4"), motion="pan left", seconds=1, tick=tick)
    assert shares == sorted(shares)


def test_a_phone_picture_is_filmed_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    Image.new("RGB", (64, 36)).save(tmp_path / "phone.jpg", exif=exif)
    assert clip(tmp_path / "phone.jpg", "static", 0.05)[0].size == (36, 64)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_the_largest_clip_needs_little_memory(tmp_path: Path) -> None:
    """A 4K dissolve between two drawn frames, measured in a process of its own."""
    code = """
import re, sys
from pathlib import Path
from nodes.animatic import draw_frame, render_clip
from nodes.media import Cue, burn_subtitles, concat
frame = Path(sys.argv[1])
draw_frame("Wide shot. Two hares walk, forest, morning", frame, width=3840, height=2160)
render_clip(frame, frame.with_suffix(".mp4"), motion="orbit", seconds=0.15, last_image=frame)
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "frame.png")],
        check=True,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
    )
    assert int(done.stdout) * 1024 < 370e6


def test_importing_the_package_is_cheap() -> None:
    code = "import nodes.animatic, sys; assert not {'PIL', 'av'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
