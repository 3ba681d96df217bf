"""Staging: where the figures of a scene stand, how large they are and which way they look."""

from __future__ import annotations

from dataclasses import replace

from PIL import Image

from nodes.animatic.actors import Actor, cast, make_sketch, measure, seated
from nodes.animatic.backs import back_of, in_shadow
from nodes.animatic.canvas import Canvas, soft_disc
from nodes.animatic.clothes import look_of
from nodes.animatic.curves import Point, seeded
from nodes.animatic.landmarks import LANDMARKS
from nodes.animatic.motors import MOTORS
from nodes.animatic.palette import mix
from nodes.animatic.scene import STAND_IN, Subject
from nodes.animatic.sketch import Placement, Sketch, paint
from nodes.animatic.stage import Stage
from nodes.animatic.things import THINGS
from nodes.animatic.trees import branch_tree, tree
from nodes.animatic.vehicles import VEHICLES

_HEIGHTS = {"extreme_wide": 0.19, "wide": 0.44, "full": 0.74}
"""Height of a standing person in shots that show the ground, in picture heights."""
_GROUNDS = {"extreme_wide": 0.8, "wide": 0.87, "full": 0.93}
_HEADS = {"medium": 0.088, "close": 0.19, "extreme_close": 0.33, "insert": 0.19}
"""Radius of a head in shots that do not."""
_MOVING = frozenset({"run", "walk", "fly", "ride", "jump"})
_RACING = frozenset({"run", "ride"})
"""Where one does this, all go the same way."""
_LYING = frozenset({"lie", "sleep", "dead", "fall"})
_TABLED = frozenset(
    {
        *("laptop", "telephone", "lamp", "mug", "bottle", "map", "book", "watch", "cup", "candle"),
        "letter",
    }
)
"""What stands on a table."""
_OUTDOORS = frozenset({*VEHICLES, *MOTORS, *LANDMARKS}) - {"bicycle"}
_PERCHERS = frozenset({"raven", "bird", "owl"})


def stage_figures(stage: Stage) -> None:
    """Draw all subjects of the scene."""
    scene = stage.scene
    alive = [subject for subject in scene.subjects if subject.alive]
    props = [subject for subject in scene.subjects if not subject.alive]
    if "over_shoulder" in scene.angles and alive:
        _over_shoulder(stage, alive)
        return
    if scene.size == "insert" and (shown := _shown(alive, props)):
        _props(stage, shown, False)
        return
    perched = _perched(stage, alive, props)
    if perched is not None:
        _around_the_tree(stage, perched, [one for one in alive if one is not perched], props)
        return
    alive, props = seated(_on_their_sides(alive), props)
    actors = cast(alive[:1] if scene.size == "extreme_close" else alive)
    actors = [_from_the_angle(actor, scene.angles) for actor in actors]
    if actors and scene.size in _HEADS:
        _near(stage, actors)
    elif actors:
        _on_the_ground(stage, actors)
    _props(stage, props, bool(actors))


def _from_the_angle(actor: Actor, angles: frozenset[str]) -> Actor:
    """Shorten a figure that is seen from above; lengthen one that is seen from below."""
    tall = 0.84 if "high" in angles else 1.07 if "low" in angles else 1.0
    if tall != 1.0:
        actor.sketch.transform(lambda x, y: (x, y * tall))
    return measure(actor.subject, actor.sketch)


def _shown(alive: list[Subject], props: list[Subject]) -> list[Subject]:
    """Return the things that an insert is about, out of the hands that hold them."""
    held = [Subject(one.holds, alive=False) for one in alive if one.holds in THINGS]
    return [*held, *(prop for prop in props if _is_thing(prop))]


def _fits(stage: Stage, prop: Subject) -> bool:
    """Whether a thing may stand in the set: no lighthouse in a room, no second station clock."""
    if stage.scene.place == "station" and prop.kind == "clock":
        return False
    return not (stage.scene.indoors and prop.kind in _OUTDOORS)


def _is_thing(prop: Subject) -> bool:
    return prop.kind in THINGS or prop.kind == STAND_IN


def _put(stage: Stage, actor: Actor, place: Placement, *, canvas: Canvas | None = None) -> None:
    if not actor.sketch.afloat and actor.subject.pose not in ("fly", "perch"):
        _shadow(stage, place.x, place.y, actor.width * place.scale)
    rng = seeded(stage.rng.randrange(1 << 30))
    paint(canvas or stage.figures, actor.sketch, place, stage.palette, rng)


def _shadow(stage: Stage, x: float, y: float, width: float) -> None:
    """Lay a soft shadow on the ground, drawn out away from the light."""
    unit = stage.figures.unit
    wide, tall = max(4, round(width * 1.25 * unit)), max(3, round(max(0.02, width * 0.16) * unit))
    mask = (
        soft_disc(64)
        .resize((wide, tall))
        .point([min(150, round(value * 0.95)) for value in range(256)])
    )
    slide = -0.18 * width * (1 if stage.palette.light > 0 else -1)
    ((px, py),) = stage.figures.pixels([(x + slide - wide / unit / 2, y - tall / unit * 0.45)])
    shade = Image.new("RGB", mask.size, mix(stage.palette.ink, stage.palette.ambient, 0.25))
    # With the figures and not with the ground, as it stays at their feet under a moving camera.
    stage.figures.place(shade, mask, (round(px), round(py)))


def _facings(actors: list[Actor]) -> list[bool]:
    """Return for each actor, left to right, whether it looks left."""
    if len(actors) == 1:
        return [False]
    poses = {actor.subject.pose for actor in actors}
    if poses <= _MOVING or poses & _RACING:
        return [False] * len(actors)
    return [index * 2 >= len(actors) for index in range(len(actors))]


def _marks(count: int) -> list[float]:
    """Return the x of each figure as a share of the picture's width."""
    return {1: [0.37], 2: [0.32, 0.67], 3: [0.21, 0.5, 0.78], 4: [0.15, 0.38, 0.62, 0.85]}.get(
        count, [0.12, 0.31, 0.5, 0.69, 0.88]
    )


def _spread(stage: Stage, widths: list[float]) -> list[float]:
    """Return the marks of figures; where they are broad, the gaps between them are made equal."""
    if sum(widths) < 0.5 * stage.view.aspect or len(widths) == 1:
        return _marks(len(widths))
    gap = (stage.view.aspect - sum(widths)) / (len(widths) + 1)
    marks, left = [], gap
    for width in widths:
        marks.append((left + width / 2) / stage.view.aspect)
        left += width + gap
    return marks


def _on_the_ground(stage: Stage, actors: list[Actor]) -> None:
    """Wide and full shots: figures stand on the ground, side by side, a little staggered."""
    size = stage.scene.size
    scale = _HEIGHTS[size] / 100
    if all(actor.subject.kind != "person" for actor in actors):
        scale *= 1.12
    room = stage.view.aspect * (0.84 if len(actors) > 1 else 0.8)
    scale = min(
        scale,
        room / (sum(actor.width for actor in actors) + 14 * (len(actors) - 1)),
        (0.88 if size == "full" else 0.6) / max(actor.height for actor in actors),
    )
    base = max(_GROUNDS[size], stage.horizon + 0.12)
    facings = _facings(actors)
    if all(flip is False for flip in facings) and len(actors) > 1:
        actors = actors[::-1]
    marks = _spread(stage, [actor.width * scale for actor in actors])
    order = sorted(range(len(actors)), key=lambda i: i % 2, reverse=True)
    for index in order:
        actor = actors[index]
        back = 0.055 * (index % 2) * (1 - stage.horizon) if len(actors) > 2 else 0.0
        depth = (0.2 if size == "extreme_wide" else 0.0) + back
        room_above = max(0.0, base - actor.height * scale - 0.05)
        lift = min(0.34, room_above) if actor.subject.pose == "fly" else 0.0
        x = _centred(stage, actor, marks[index], scale, flip=facings[index])
        _put(
            stage,
            actor,
            Placement(x, base - back - lift, scale * (1 - back), facings[index], depth),
        )


def _centred(stage: Stage, actor: Actor, share: float, scale: float, *, flip: bool) -> float:
    """Return the x at which the middle of a figure's box is on its mark."""
    left, _, right, _ = actor.sketch.box
    middle = (left + right) / 2 * scale
    half = actor.width * scale / 2
    x = min(max(stage.across(share), half + 0.03), stage.view.aspect - half - 0.03)
    return x + middle if flip else x - middle


def _near(stage: Stage, actors: list[Actor]) -> None:
    """Medium shots and close-ups: the head decides the scale and goes on a third."""
    size = stage.scene.size
    limit = {"extreme_close": 1, "close": 2, "insert": 2}.get(size, 4)
    actors = actors[:limit]
    if size == "medium" and any(_low(actor) for actor in actors):
        _medium_animals(stage, actors)
        return
    radius = _HEADS[size] * (1.0 if len(actors) == 1 else 0.86 if len(actors) == 2 else 0.72)
    marks = {1: [0.42], 2: [0.3, 0.7]}.get(len(actors), _marks(len(actors)))
    if size == "extreme_close":
        marks = [0.46]
    facings = _facings(actors)
    for actor, share, flip in zip(actors, marks, facings, strict=True):
        x, y, own = actor.sketch.head
        scale = radius / own
        ears = max(0.0, actor.height - y - own) * scale
        eye = min(0.66, max(0.3 if size == "medium" else 0.46, ears * 0.62 + radius + 0.03))
        if "ghost" in actor.subject.traits and size == "medium":
            scale *= 0.8
        side = -x if flip else x
        _put(
            stage,
            actor,
            Placement(stage.across(share) - side * scale, eye + y * scale, scale, flip),
        )


def _low(actor: Actor) -> bool:
    return actor.subject.kind != "person" or actor.subject.pose in _LYING


def _medium_animals(stage: Stage, actors: list[Actor]) -> None:
    """Animals and lying people fill a medium shot with the whole body."""
    room = stage.view.aspect * (0.72 if len(actors) == 1 else 0.86)
    scale = min(
        room / (sum(actor.width for actor in actors) + 12 * (len(actors) - 1)),
        0.78 / max(actor.height for actor in actors),
        0.0125,
    )
    facings = _facings(actors)
    marks = [0.45] if len(actors) == 1 else _spread(stage, [one.width * scale for one in actors])
    for actor, share, flip in zip(actors, marks, facings, strict=True):
        x = _centred(stage, actor, share, scale, flip=flip)
        lift = 0.2 if actor.sketch.afloat else 0.0
        _put(stage, actor, Placement(x, 0.92 - lift, scale, flip))


def _side(subject: Subject) -> tuple[bool, str, str]:
    """Return what decides who of two is at the left; a bird that sits in a tree always is."""
    return subject.kind not in _PERCHERS, subject.kind, subject.name


def _on_their_sides(alive: list[Subject]) -> list[Subject]:
    """Let two keep their sides from shot to shot, whoever is named first, so that looks match."""
    if len(alive) != 2 or {subject.pose for subject in alive} & _MOVING:
        return alive
    return sorted(alive, key=_side)


def _over_shoulder(stage: Stage, alive: list[Subject]) -> None:
    """The listener's dark back at the picture's edge, the speaker beyond it."""
    speaker, listener = alive[0], alive[1] if len(alive) > 1 else None
    if listener is None and speaker.kind == "person":
        listener = Subject("person")
    right = listener is None or listener.name == "" or _side(listener) < _side(speaker)
    actor = cast([speaker])[0]
    x, y, own = actor.sketch.head
    scale = 0.1 / own if speaker.kind == "person" else min(0.1 / own, 0.7 / actor.height)
    eye = 0.36 if speaker.kind == "person" else 0.5
    at = stage.across(0.66) + x * scale if right else stage.across(0.34) - x * scale
    _put(stage, actor, Placement(at, eye + y * scale, scale, right))
    if listener is not None:
        _foreground(stage, listener, left=right)


def _foreground(stage: Stage, listener: Subject, *, left: bool) -> None:
    """Draw somebody close to the camera, unlit and cut by the edge of the picture."""
    rng = seeded(stage.rng.randrange(1 << 30))
    if listener.kind == "person":
        back = back_of(listener, look_of(listener.name))
        place = Placement(stage.across(0.2 if left else 0.8), 1.1, 0.0088)
        paint(stage.fore, back, place, stage.palette, rng)
        return
    near = in_shadow(make_sketch(listener, 0))
    x, y, own = near.head
    scale = 0.24 / own
    at = stage.across(0.1) - x * scale if left else stage.across(0.9) + x * scale
    place = Placement(at, 0.6 + y * scale, scale, not left)
    paint(stage.fore, near, place, stage.palette, rng)


def _perched(stage: Stage, alive: list[Subject], props: list[Subject]) -> Subject | None:
    """Return the bird that sits in a tree, if the shot is wide enough to show both."""
    if stage.scene.size in ("close", "extreme_close"):
        return None
    wooded = stage.scene.place == "forest" or any(prop.kind == "tree" for prop in props)
    for subject in alive:
        if subject.kind in _PERCHERS and (
            subject.pose == "perch" or (wooded and subject.pose != "fly")
        ):
            return subject
    return None


def _around_the_tree(
    stage: Stage, bird: Subject, others: list[Subject], props: list[Subject]
) -> None:
    """A bird on a bough at the left, the others below it at the right, looking up."""
    lone = not others
    size = stage.scene.size
    scale = {"extreme_wide": 0.0034, "wide": 0.0052, "full": 0.0068}.get(size, 0.0098)
    if not lone:
        scale = min(scale, 0.006)
    # In a tall picture the bough is low enough to leave the sky above it.
    perch = (
        stage.across(0.5 if lone else 0.42),
        0.42 if not lone else 0.5 if size != "medium" else 0.68,
    )
    branch_tree(stage, stage.figures, stage.across(0.1), perch)
    bird_on = measure(bird, make_sketch(bird, 0))
    bird_on.sketch.afloat = True  # On a bough it throws no shadow on the ground.
    _put(stage, bird_on, Placement(perch[0], perch[1], scale))
    ground = {"extreme_wide": 0.86, "wide": 0.92}.get(size, 0.95)
    for index, subject in enumerate(others[:2]):
        pose = (
            "sit"
            if subject.kind == "fox" and subject.pose in ("stand", "talk", "look", "hold")
            else subject.pose
        )
        below = measure(subject, make_sketch(replace(subject, pose=pose), look_of(subject.name)))
        own = min(scale * 1.25, 0.5 / below.height)
        x = _centred(stage, below, 0.76 - 0.2 * index, own, flip=True)
        _put(stage, below, Placement(x, ground, own, True))
    falling = [prop for prop in props if prop.pose == "fall"]
    for prop in falling[:1]:
        # Clear of the bough's end.
        mouth = (perch[0] + max(0.29, bird_on.sketch.mouth[0] * scale + 0.1), perch[1] - 0.02)
        _drop(stage, prop, mouth, scale)


def _drop(stage: Stage, prop: Subject, at: Point, scale: float) -> None:
    """Draw a thing in the air with the lines of its fall."""
    x, y = at
    top = y + 0.05 - 14 * scale
    for dx in (-0.018, 0.0, 0.018):
        stage.figures.line([(x + dx, top - 0.06), (x + dx, top - 0.015)], 0.0022)
    paint(
        stage.figures,
        make_sketch(prop, 0),
        Placement(x, y + 0.05, scale * 0.7),
        stage.palette,
        seeded(stage.rng.randrange(1 << 30)),
    )


def _props(stage: Stage, props: list[Subject], company: bool) -> None:
    """Draw things: alone they are what the shot is about, else they stand at the other third."""
    trees = [prop for prop in props if prop.kind == "tree"]
    things = [prop for prop in props if _is_thing(prop) and _fits(stage, prop)]
    for _ in trees[:1]:
        tree(
            stage,
            stage.mid,
            stage.across(0.78),
            max(stage.horizon + 0.12, 0.8),
            0.62 * stage.zoom,
            0.15,
            stage.rng,
        )
    if not things or (company and stage.scene.size in ("close", "extreme_close")):
        return
    if company:
        _beside(stage, things[:2])
    else:
        _alone(stage, things[:3])


def _beside(stage: Stage, things: list[Subject]) -> None:
    scale = _HEIGHTS.get(stage.scene.size, 0.9) / 100
    base = _GROUNDS.get(stage.scene.size, 0.97) - 0.035
    for index, subject in enumerate(things):
        if _on_the_rails(stage, subject):
            continue
        actor = measure(subject, _on_a_table(stage, subject, make_sketch(subject, index)))
        high = 0.8 if subject.kind not in LANDMARKS else 0.62
        low = stage.horizon + 0.1 if actor.sketch.afloat or subject.kind in LANDMARKS else base
        if subject.kind in LANDMARKS:
            high = min(high, low - 0.05)
        own = min(scale, high / actor.height, stage.view.aspect * 0.4 / actor.width)
        if subject.kind in LANDMARKS:
            own = max(own, min(high / actor.height, own * 1.6))
        # A thing as small as a letter would vanish: it is drawn larger than life, as on any board.
        own = max(own, min(0.07 / actor.height, own * 2))
        x = stage.across(0.8 - 0.3 * index)
        if subject.kind == "clock" and stage.scene.indoors:
            low = 0.4
            actor.sketch.afloat = True
        _put(stage, actor, Placement(x, low, own, False, 0.06), canvas=stage.mid)


def _on_a_table(stage: Stage, subject: Subject, sketch: Sketch) -> Sketch:
    """Put what belongs on a table there, where there is a floor to stand one on."""
    if subject.kind not in _TABLED or not stage.scene.indoors:
        return sketch
    table = THINGS["table"]()
    table.add(sketch, at=(0.0, 38.0))
    return table


def _on_the_rails(stage: Stage, subject: Subject) -> bool:
    """Let a train stand at the platform; return whether that was done."""
    if subject.kind != "train" or stage.scene.place != "station":
        return False
    actor = measure(subject, make_sketch(subject, 0))
    actor.sketch.afloat = True
    scale = 0.0042
    place = Placement(stage.across(0.56), stage.horizon + 0.085, scale, depth=0.1)
    _put(stage, actor, place, canvas=stage.mid)
    return True


def _alone(stage: Stage, things: list[Subject]) -> None:
    """Show things without company: one large and the others beside it, or all in a row."""
    if len(things) == 1 and _on_the_rails(stage, things[0]):
        return
    fill = {"extreme_wide": 0.22, "wide": 0.42, "full": 0.5, "medium": 0.55, "insert": 0.55}.get(
        stage.scene.size, 0.66
    )
    if things[0].kind in LANDMARKS:
        fill = min(0.72, fill * 1.5)
    stand = next((t for t in things[1:] if t.kind == "table"), None)
    shown = [thing for thing in things if thing is not stand]
    if len(shown) == 1:
        shown *= min(things[0].count, 3)
    if stand is not None or (
        stage.scene.size == "insert" and stage.scene.place in ("", "room", "hall")
    ):
        _table_top(stage)
    actors = [measure(thing, make_sketch(thing, index)) for index, thing in enumerate(shown)]
    hero = actors[0]
    scale = min(fill / hero.height, stage.view.aspect * (fill + 0.15) / hero.width)
    room = 0.86 * stage.view.aspect
    total = sum(actor.width for actor in actors) * scale
    if len(actors) == 1 or (hero.width * scale < 0.5 * room and total > room):
        marks = [0.5, 0.82, 0.2]
    else:
        scale *= min(1.0, room / total)
        marks = _spread(stage, [actor.width * scale for actor in actors])
    for index, actor in reversed(list(enumerate(actors))):
        base = 0.86 if not actor.sketch.afloat else stage.horizon + 0.2
        if actor.subject.kind == "plane":
            base = 0.42
        own = scale if not index else min(scale, 0.5 / actor.height)
        x = _centred(stage, actor, marks[index], own, flip=False)
        place = Placement(x, base - (0.03 if index else 0.0), own)
        _put(stage, actor, place, canvas=stage.mid if index else None)


def _table_top(stage: Stage) -> None:
    """Lay a table's top under the thing that the shot shows."""
    left, right = stage.span
    wood = stage.palette.lit((146, 106, 72))
    stage.mid.shape(
        [(left - 0.1, 0.62), (right + 0.1, 0.62), (right + 0.1, 1.3), (left - 0.1, 1.3)],
        wood,
        width=0.004,
    )
    for row in range(5):
        y = 0.66 + 0.1 * row
        stage.mid.line(
            [(left, y), (stage.across(0.5), y + stage.rng.uniform(-0.012, 0.012)), (right, y)],
            0.0018,
            mix(wood, stage.palette.ink, 0.4),
        )
