"""Camera moves from words, and where they put the camera."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.animatic.camera import DEPTHS, Motion, Unrest, ease, layer_shift, parse_motion, window

CALM = (0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Motion()),
        ("static", Motion()),
        ("plan fixe", Motion()),
        ("push in", Motion(dolly=1.0)),
        ("slow push in", Motion(dolly=0.6)),
        ("fast pull out", Motion(dolly=-1.5)),
        ("pan right", Motion(pan=1.0)),
        ("panoramique à gauche", Motion(pan=-1.0)),
        ("lent travelling avant", Motion(dolly=0.6)),
        ("travelling arrière", Motion(dolly=-1.0)),
        ("tilt up", Motion(tilt=1.0)),
        ("truck left", Motion(truck=-1.0)),
        ("the camera orbits", Motion(orbit=1.0)),
        ("handheld", Motion(shake=1.0)),
        ("caméra à l'épaule", Motion(shake=1.0)),
        ("crane up", Motion(crane=1.0)),
        ("zoom arrière", Motion(zoom=-1.0)),
        ("truck right, tracking the movement", Motion(truck=1.0, follow=True)),
        ("push in, following", Motion(dolly=1.0)),
        ("push in and pan left", Motion(dolly=1.0, pan=-1.0)),
    ],
)
def test_words_name_a_move(text: str, expected: Motion) -> None:
    assert parse_motion(text) == expected


def test_easing_starts_and_ends_at_rest() -> None:
    steps = [ease(number / 100) for number in range(101)]
    assert (steps[0], steps[-1]) == (0.0, 1.0)
    assert steps == sorted(steps)
    assert steps[1] < 0.001
    assert 1 - steps[-2] < 0.001


def test_near_layers_answer_more_than_far_ones() -> None:
    shifts = [layer_shift(Motion(truck=1.0), 1.0, depth, CALM).x for depth in DEPTHS]
    assert shifts == sorted(shifts, reverse=True)
    scales = [layer_shift(Motion(dolly=1.0), 1.0, depth, CALM).scale for depth in DEPTHS]
    assert scales == sorted(scales)


def test_a_camera_that_follows_keeps_the_figures_in_place() -> None:
    motion = Motion(truck=1.0, follow=True)
    ground, figures = (layer_shift(motion, 1.0, depth, CALM).x for depth in DEPTHS[1:3])
    assert figures == 0.0
    assert ground < 0


def test_an_orbit_turns_far_and_near_against_each_other() -> None:
    far, *_, near = (layer_shift(Motion(orbit=1.0), 1.0, depth, CALM).x for depth in DEPTHS)
    assert far > 0 > near


strength = st.floats(-1.5, 1.5)


@given(strength, strength, strength, strength, strength, st.floats(0, 1))
def test_the_window_never_leaves_the_picture(
    pan: float, tilt: float, dolly: float, zoom: float, orbit: float, progress: float
) -> None:
    motion = Motion(pan=pan, tilt=tilt, dolly=dolly, zoom=zoom, orbit=orbit, shake=1.0)
    seen = window(motion, progress, (0.01, -0.01))
    assert seen.scale >= 1
    slack = (1 - 1 / seen.scale) / 2 + 1e-9
    assert abs(seen.x) <= slack
    assert abs(seen.y) <= slack


def test_a_hand_sways_smoothly_and_by_its_seed() -> None:
    path = [Unrest(1.0, 3)(number / 24) for number in range(96)]
    assert path[0] == CALM
    assert any(abs(x) > 0.001 for x, _ in path)
    jumps = [abs(b[0] - a[0]) for a, b in itertools.pairwise(path)]
    assert max(jumps) < 0.003
    assert Unrest(1.0, 4)(1.0) != Unrest(1.0, 3)(1.0)
    assert Unrest(0.0, 3)(1.0) == CALM
