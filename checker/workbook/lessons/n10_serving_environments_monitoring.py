"""Checks of lesson 10: batches, a service that reloads, a switch without a gap, environments, drift, and the loop."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Mapping
from textwrap import dedent
from typing import TYPE_CHECKING

from checker.report.escape import plain
from checker.workbook import calling, capabilities, environments, looping, rehearsing, reloading
from checker.workbook.batching import three_batches
from checker.workbook.drifting import COOLDOWN, distances, reference, streams
from checker.workbook.environments import ANSWERS, ENVIRONMENTS, Delivery, Workshop
from checker.workbook.exercise import Attempt, exercise, read
from checker.workbook.outcome import Outcome, correct, unattempted, wrong
from checker.workbook.pictures.requests_served import Dot, Strip
from checker.workbook.rehearsing import Rehearsals
from checker.workbook.reloading import Story
from checker.workbook.work import FILES, given

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from checker.workbook.lab import Lab

SLUG = "10_serving_environments_monitoring"
SERVICE = "service.py"
IMAGE = "berry-service"
THRESHOLD = 0.2
"""What the picture of drift is drawn with."""

_DELIVERY_SECONDS = 240.0
_WATCH_SECONDS = 20.0
_HIDDEN = "⟨…⟩"
"""Stands for what is measured, in notebooks that are the same everywhere."""


def with_endpoint(endpoint: object) -> object:
    """Return the given service with what a student adds to it; nothing for nothing."""
    if not isinstance(endpoint, str) or not endpoint.strip():
        return endpoint
    return f"{given(SLUG, 'service', SERVICE)}\n\n{dedent(endpoint).strip()}\n"


def under_load(lab: Lab) -> Story:
    """Run the student's service under requests, through three calls of /reload."""
    return reloading.story(lab.scratch("service") / SERVICE)


def rehearsed(lab: Lab, restart: object, blue_green: object) -> Rehearsals:
    """Rehearse two ways of putting a new model into service, under requests."""
    return rehearsing.rehearsals(lab.scratch("site") / SERVICE, restart, blue_green)


def reload_strip(lab: Lab, story: Story) -> Strip:
    """Return what the picture shows of a service under load."""
    begun = min((one.begun for one in story.replies), default=0.0)
    dots = tuple(
        Dot(one.ended - begun, one.ended - one.begun, "" if one.is_error else one.version)
        for one in story.replies
    )
    marks = tuple((one.begun - begun, lab.text(f"mark_{one.what}")) for one in story.reloads)
    return Strip(lab.text("strip_reload"), dots, marks)


def switch_strips(lab: Lab, seen: Rehearsals) -> list[Strip]:
    """Return what the picture shows of a restart, and of blue and green."""
    strips = []
    for name, one in (("restart", seen.restart), ("switch", seen.switch)):
        begun = min((reply.begun for reply in one.replies), default=0.0)
        dots = tuple(
            Dot(reply.ended - begun, reply.ended - reply.begun, "" if reply.is_error else reply.version)
            for reply in one.replies
        )  # fmt: skip
        what = "stop" if name == "restart" else "switch"
        marks = tuple(
            (event.at - begun, lab.text(f"mark_{event.what}"))
            for event in one.events
            if event.what == what
        )
        strips.append(Strip(lab.text(f"strip_{name}"), dots, marks))
    return strips


def drift_picture(lab: Lab, watch: object) -> tuple[Figure, dict[str, object]]:
    """Draw the stream with two drifts and the trainings that a student's function begins; the figure and its words."""
    from checker.workbook.pictures.drift_line import drift_line, in_words

    days = streams()["twice"].days
    begun, _ = _watched(watch, "twice") if callable(watch) else ([], None)
    far = distances(reference(), days, begun)
    numbers = [day for day, _ in days]
    names = ("title", "day", "distance", "threshold", "training", "cooldown")
    words = {name: lab.text(f"drift_{name}") for name in names}
    figure = drift_line(numbers, far, begun, THRESHOLD, COOLDOWN, words)
    return figure, in_words(numbers, far, begun, THRESHOLD)


def went_round(lab: Lab, wiring: object) -> looping.Told | None:
    """Run the loop with a student's wiring and show its journal; None for what is no whole wiring."""
    if not isinstance(wiring, Mapping):
        return None
    if any(wiring.get(event) not in looping.STEPS for event in looping.EVENTS):
        return None
    chosen = {event: str(wiring[event]) for event in looping.EVENTS}
    told = looping.run(chosen, FILES / SLUG / "loop" / SERVICE)
    for number, one in enumerate(told.entries, 1):
        came = lab.text(one.came) if one.came else lab.text("nothing follows")
        facts = {"number": number, "event": lab.text(one.event), "step": lab.text(one.step)}
        lab.say("entry", came=came, **facts)
    return told


@exercise("q1")
def batches(_: Attempt, batch: object) -> Outcome:
    """Judge a batch by running it three times: before a promotion, after it, and with one in its midst."""
    if batch is None:
        return unattempted()
    if not callable(batch):
        return wrong("no_function")
    return three_batches(batch)


@exercise("q2")
def reload(at: Attempt, story: object) -> Outcome:
    """Judge a service by what people who asked it saw while it was reloaded rightly, wrongly, with a broken model."""
    text = read(at.lab.scratch("service"), SERVICE)
    if text == given(SLUG, "service", SERVICE) or not isinstance(story, Story):
        return unattempted()
    if story.failed:
        return wrong("does_not_start", error=story.failed)
    stranger, right, broken = map(story.reload, ("stranger", "right", "broken"))
    if right.status in {404, 405}:
        return wrong("no_reload", status=right.status)
    if any(one.version == story.newer for one in story.between("", "stranger")):
        return wrong("by_itself")
    early = [one.version for one in story.between("stranger", "right")]
    if 0 < stranger.status < 400 or story.newer in early:
        return wrong("open_door", status=stranger.status)
    if not stranger.status or stranger.status >= 500:
        return wrong("crash", status=stranger.status)
    if not 200 <= right.status < 300:
        return wrong("refuses_everybody", status=right.status)
    lost = [one for one in story.replies if one.is_error]
    if any(one.begun < broken.begun for one in lost):
        return wrong("errors")
    names = dict(zip((story.older, story.newer), story.berries, strict=True))
    before = story.between("", "broken")
    if any(one.berry != names.get(one.version, one.berry) for one in before):
        return wrong("mixed")
    if lost or story.broken in story.versions:
        return wrong("broken_took_over")
    unknown = set(story.versions) - {story.older, story.newer}
    if unknown:
        return wrong("no_version", said=plain(min(unknown), 40) or "–")
    after = {one.version for one in story.between("right")}
    if after == {story.older}:
        return wrong("stays_old")
    if story.older in after:
        return wrong("went_back")
    if 200 <= broken.status < 300:
        return wrong("silent", status=broken.status)
    return correct(requests=reloading.REQUESTS)


@exercise("q3")
def switching(at: Attempt, restart: object, blue_green: object, seen: object = None) -> Outcome:
    """Judge two ways of putting a new model into service by the requests that were lost meanwhile."""
    if restart is None and blue_green is None:
        return unattempted()
    for name, function in (("restart", restart), ("blue_green", blue_green)):
        if not callable(function):
            return wrong("no_function", name=name)
    if not isinstance(seen, Rehearsals):
        return wrong("not_rehearsed")
    for name, one in (("restart", seen.restart), ("blue_green", seen.switch)):
        if one.called.timed_out:
            return wrong("too_long", name=name)
        if one.called.error:
            return wrong("raised", name=name, error=one.called.error)
        if one.served == one.older:
            return wrong("still_old", name=name)
        if not one.served:
            return wrong("nobody_serves", name=name)
    if not seen.restart.lost:
        return wrong("no_restart")
    turned, stopped = seen.switch.first("switch", "green"), seen.switch.first("stop", "blue")
    if turned is None:
        return wrong("not_switched")
    if stopped is not None and stopped.at < turned.at:
        return wrong("stopped_first")
    if turned.state != "ready":
        return wrong("not_ready", state=turned.state or "ended")
    if seen.switch.lost:
        return wrong("gap_left")
    if not seen.switch.is_other_empty:
        return wrong("left_running")
    failed = seen.broken
    if failed.called.timed_out:
        return wrong("waits_for_ever")
    if failed.called.error:
        return wrong("broken_raised", error=failed.called.error)
    if failed.lost or failed.served != failed.older:
        return wrong("broken_switched")
    live = not at.lab.is_building
    return correct(
        lost=seen.restart.lost if live else _HIDDEN,
        seconds=f"{seen.restart.seconds:.2f}" if live else _HIDDEN,
    )


@exercise("q4")
def table_and_delivery(at: Attempt, table: object, deliver: object = None) -> Outcome:
    """Judge the table of environments, and a delivery that builds, pushes and deploys for real."""
    if not isinstance(table, Mapping):
        return unattempted() if table is None else wrong("no_table")
    if environments.is_open(table) and deliver is None:
        return unattempted()
    if cell := environments.wrong_cell(table):
        environment, question, said = cell
        if not said:
            return wrong("cell_open", environment=environment, question=question)
        return wrong(f"cell_{question}", environment=environment, said=said)
    if deliver is None:
        return wrong("no_delivery")
    shop = _workshop(at.lab)
    rows = [copy.deepcopy(environments.people(kind)) for kind in ("seed", "private")]
    called = at.call(deliver, shop.build, shop.deploy, *rows, seconds=_DELIVERY_SECONDS)
    if called.timed_out:
        return wrong("too_long")
    if called.error:
        return wrong("raised", error=called.error)
    return _delivered(shop.built, shop.deliveries)


@exercise("q5")
def watching(at: Attempt, watch: object) -> Outcome:
    """Judge a watch by the days on which it begins a training, on streams of each kind."""
    if watch is None:
        return unattempted()
    if not callable(watch):
        return wrong("no_function")
    for name, stream in streams().items():
        begun, called = _watched(watch, name)
        if called.timed_out:
            return wrong("too_long")
        if called.error:
            if name == "empty":
                return wrong("empty", error=called.error)
            return wrong("raised", error=called.error)
        facts = {"days": ", ".join(map(str, begun[:10])) or "–"}
        if not stream.due and begun:
            return wrong("outlier" if name == "outlier" else "false_alarm", **facts)
        gaps = [later - earlier for earlier, later in itertools.pairwise(begun)]
        if any(one < COOLDOWN for one in gaps):
            return wrong("in_cooldown", cooldown=COOLDOWN, **facts)
        for number, (first, last) in enumerate(stream.due):
            if len(begun) <= number:
                return wrong("never_again" if number else f"missed_{name}", **facts)
            if not first <= begun[number] <= last:
                which = "early" if begun[number] < first else "late"
                return wrong(which, first=first, last=last, **facts)
        if len(begun) > len(stream.due) and not stream.is_open:
            return wrong("again_and_again", **facts)
    return correct(streams=len(streams()))


@exercise("q6")
def loop(at: Attempt, wiring: object, told: object = None) -> Outcome:
    """Judge a wiring by what the loop did that was run with it."""
    if not isinstance(wiring, Mapping):
        return unattempted() if wiring is None else wrong("no_table")
    if all(wiring.get(event) is None for event in looping.EVENTS):
        return unattempted()
    for event in looping.EVENTS:
        if wiring.get(event) is None:
            return wrong("row_open", event=at.lab.text(event))
        if wiring[event] not in looping.STEPS:
            said = plain(str(wiring[event]), 60)
            return wrong("no_step", event=at.lab.text(event), said=said)
    if not isinstance(told, looping.Told):
        return wrong("not_run")
    if reason := _astray(told):
        return wrong(reason)
    trainings = len(told.steps("train"))
    return correct(steps=len(told.entries), trainings=trainings)


def _watched(watch: object, name: str) -> tuple[list[int], calling.Called]:
    """Return the days on which a watch begins a training in a stream, and how its call ended."""
    begun: list[int] = []

    def train(day: object = None) -> None:
        if len(begun) < 1000:
            begun.append(day if isinstance(day, int) else 0)

    days = [(day, list(values)) for day, values in streams()[name].days]
    called = calling.call(watch, list(reference()), days, train, seconds=_WATCH_SECONDS)
    return begun, called


def _workshop(lab: Lab) -> Workshop:
    campus = lab.practice.campus
    path = capabilities.path()
    variables = {"PATH": path, **campus.variables, **campus.docker(lab.work.root, path)}
    folder = lab.scratch("image")
    commands = environments.docker(variables, folder)
    return Workshop(f"{lab.me}/{IMAGE}", campus.variables["CHECKER_REGISTRY_URL"], commands)


def _delivered(built: list[str], deliveries: list[Delivery]) -> Outcome:
    """Judge what was built and deployed where."""
    if not deliveries:
        return wrong("nothing_delivered")
    order = [one.environment for one in deliveries]
    for environment in ENVIRONMENTS:
        if environment not in order:
            return wrong("left_out", environment=environment)
    if len(built) > 1 or len({one.image for one in deliveries}) > 1:
        return wrong("rebuilt", count=len(built))
    for one in deliveries:
        if one.failed:
            return wrong("does_not_run", environment=one.environment, error=one.failed)
    rules = dict(zip(ENVIRONMENTS, ANSWERS["data"], strict=True))
    for one in deliveries:
        if one.kind == rules[one.environment]:
            continue
        facts = {"environment": one.environment, "column": one.column or "name"}
        if one.environment == "prod":
            return wrong("prod_without_people", **facts)
        if one.environment != "staging":
            real = one.kind not in {"none", "useless"}
            return wrong("people_in_test" if real else "no_seed", **facts)
        if one.kind in {"private", "named", "hashed", "born", "useless", "none"}:
            return wrong(f"staging_{one.kind}", **facts)
        return wrong("staging_seed", **facts)
    if order != list(ENVIRONMENTS):
        return wrong("out_of_order", order=" → ".join(order))
    return correct()


def _astray(told: looping.Told) -> str:
    """Return why a loop is not the right one, by what it did; empty for the right one."""
    happened = [one.came for one in told.entries]
    if not told.steps("train"):
        return "never_trained"
    if not told.steps("deploy the pipeline"):
        return "old_pipeline"
    if any(one.step == "train" for one in told.entries if one.event == "a version is registered"):
        return "trains_for_ever"
    if not told.steps("compare with the champion"):
        return "never_compared"
    if not told.steps("reload the service"):
        return "never_reloaded"
    if not told.steps("watch live data"):
        return "nobody_watches"
    if "drift is found" in happened:
        answer = [one.step for one in told.entries if one.event == "drift is found"]
        if answer and answer[0] == "deploy the pipeline":
            return "needless_deploy"
        if answer and answer[0] != "train":
            return "drift_without_training"
    if not told.rests:
        return "in_circles"
    return "" if told.served == "new" and told.is_fit and told.champion_serves else "unfit"
