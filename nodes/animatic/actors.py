"""Subjects as actors: which outlines they get, what they hold, sit and ride on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nodes.animatic.animals import OUTLINED
from nodes.animatic.beasts import BEASTS, beast
from nodes.animatic.birds import raven
from nodes.animatic.clothes import color_of, look_of
from nodes.animatic.people import person
from nodes.animatic.scene import STAND_IN, Subject
from nodes.animatic.sketch import Sketch
from nodes.animatic.things import THINGS

SEATS = {"throne": 2.0, "chair": 2.0, "bed": 20.0}
"""What one sits or lies on, and how high that lifts the figure."""
SADDLES = {"motorcycle": 14.0, "bicycle": 26.0}
"""What one rides, and how high that lifts the figure."""


@dataclass(slots=True)
class Actor:
    """One figure of the picture, on its mark."""

    subject: Subject
    sketch: Sketch
    width: float
    """Width in figure units."""
    height: float


def make_sketch(subject: Subject, look: int) -> Sketch:
    """Return the outlines of a subject, with what it holds."""
    kind = subject.kind
    if kind in OUTLINED:
        sketch = OUTLINED[kind](subject.pose)
        if kind == "raven" and (coat := color_of(subject.traits)) is not None:
            sketch = raven(subject.pose, coat)
    elif kind in BEASTS:
        sketch = beast(kind, subject.pose)
    elif kind in THINGS or kind == STAND_IN:
        sketch = THINGS[kind]() if kind in THINGS else stand_in(subject.name)
        _tint(sketch, subject.traits)
        return sketch
    else:
        sketch = person(subject.pose, subject.traits, look)
    if kind != "person":
        _tint(sketch, subject.traits)
    if "giant" in subject.traits:
        enlarge(sketch, 1.7)
    if subject.holds in SEATS:
        return _on_seat(sketch, subject.holds)
    if subject.holds and subject.holds not in SADDLES:
        _hold(sketch, subject)
    return sketch


def _tint(sketch: Sketch, traits: frozenset[str]) -> None:
    """Give a thing or an animal the colour that is said of it."""
    color = color_of(traits)
    if color is not None:
        sketch.recolor(color)


def enlarge(sketch: Sketch, scale: float) -> None:
    """Make a figure larger than its kind."""
    sketch.transform(lambda x, y: (x * scale, y * scale))
    x, y, radius = sketch.head
    sketch.head = (x, y, radius * scale)


def stand_in(name: str) -> Sketch:
    """Return a rounded block for a thing of unknown shape, wide enough for its name."""
    half = 20 + 2.4 * min(len(name), 14)
    sketch = Sketch(head=(0, 24, 26), label=name)
    sketch.solid(
        (196, 186, 166),
        *((-half, 0), (-half, 0), (-half - 3, 24), (-half + 6, 44), (0, 50)),
        *((half - 6, 44), (half + 3, 24), (half, 0), (half, 0)),
    )
    sketch.line((-half + 8, 38), (0, 43), (half - 12, 38), width=0.6, fine=True)
    return sketch


def _on_seat(figure: Sketch, kind: str) -> Sketch:
    seat, lift = THINGS[kind](), SEATS[kind]
    seat.add(figure, at=(0.0, lift))
    x, y, radius = figure.head
    seat.head, seat.hand = (x, y + lift, radius), figure.hand
    return seat


def _hold(sketch: Sketch, subject: Subject) -> None:
    thing = THINGS[subject.holds]()
    if subject.kind == "person":
        x, y = sketch.hand
        if subject.holds == "suitcase":
            sketch.add(thing, scale=0.6, at=(x + 1, y - 25))
            return
        if subject.holds == "umbrella":
            # Large and high enough to leave the face free.
            sketch.add(thing, scale=1.15, at=(x - 2, max(y, 51.0)))
            return
        drop = 30 if subject.holds == "lantern" else 12 if subject.holds == "sword" else 4
        sketch.add(thing, scale=0.8, at=(x + 3, y - drop * 0.8))
        return
    x, y = sketch.mouth
    sketch.add(thing, scale=0.62, at=(x + 4, y - 8))


def seated(alive: list[Subject], props: list[Subject]) -> tuple[list[Subject], list[Subject]]:
    """Let people sit on the scene's chair or lie on its bed; return who and what is left."""
    taken: list[Subject] = []
    placed = []
    for one in alive:
        kinds = {"sit": ("throne", "chair"), "sleep": ("bed",), "lie": ("bed",), "dead": ("bed",)}
        fitting = kinds.get(one.pose, ()) if one.kind == "person" else ()
        if one.kind == "person" and one.pose in ("ride", "stand", "hold", "run", "sit"):
            fitting = (*fitting, *SADDLES)
        seat = next((prop for prop in props if prop.kind in fitting and prop not in taken), None)
        if seat is not None:
            taken.append(seat)
            pose = "ride" if seat.kind in SADDLES else one.pose
            one = replace(one, holds=seat.kind, pose=pose)
        placed.append(one)
    return placed, [prop for prop in props if prop not in taken]


def cast(subjects: list[Subject]) -> list[Actor]:
    """Return one actor a subject, or several for a number of people, at most five."""
    actors: list[Actor] = []
    riders = [subject for subject in subjects if subject.pose == "ride"]
    horse = next((s for s in subjects if s.kind in ("horse", "donkey")), None)
    if riders and horse:
        subjects = [s for s in subjects if s is not horse]
    driven = any(subject.holds in SADDLES for subject in subjects)
    pillion = [s for s in riders if s.holds not in SADDLES][: driven and not horse]
    subjects = [subject for subject in subjects if subject not in pillion]
    look = 0
    for subject in subjects:
        for _ in range(min(subject.count, 5)):
            if len(actors) >= 5:
                return actors
            # Names choose the clothes, so that a person looks the same in every shot.
            look = look_of(subject.name) + (look + 1 if subject.count > 1 else 0)
            sketch = make_sketch(subject, look)
            if subject.holds in SADDLES:
                behind = [make_sketch(one, look_of(one.name)) for one in pillion]
                sketch = _on_saddle(behind, sketch, subject.holds)
            elif subject.pose == "ride":
                sketch = _mounted(sketch, horse.kind if horse else "horse")
            actors.append(measure(subject, sketch))
    return actors


def _on_saddle(behind: list[Sketch], rider: Sketch, kind: str) -> Sketch:
    machine, lift = THINGS[kind](), SADDLES[kind]
    for passenger in behind:
        machine.add(passenger, scale=0.9, at=(-27.0, lift + 2))
    machine.add(rider, scale=0.9, at=(-12.0, lift))
    x, y, radius = rider.head
    machine.head = (x * 0.9 - 12, y * 0.9 + lift, radius)
    return machine


def _mounted(rider: Sketch, kind: str) -> Sketch:
    mount = beast(kind, "run")
    seat = mount.hand[1]
    mount.add(rider, scale=0.9, at=(-2, seat - 22))
    x, y, radius = rider.head
    mount.head = (x * 0.9 - 2, y * 0.9 + seat - 22, radius)
    return mount


def measure(subject: Subject, sketch: Sketch) -> Actor:
    """Measure a sketch."""
    left, low, right, top = sketch.box
    return Actor(subject, sketch, right - left, top - min(0.0, low))
