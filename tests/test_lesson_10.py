"""Lesson 10: batches, services, switches, deliveries and watches that students write, right ones and wrong ones."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from statistics import fmean, median

import numpy as np
import pytest

from checker.campus.campus import variables
from checker.workbook import Lab, capabilities, connecting, environments, looping
from checker.workbook.calling import Called
from checker.workbook.campus import Campus
from checker.workbook.drifting import COOLDOWN, DAYS, distances, reference, streams
from checker.workbook.lessons import n10_serving_environments_monitoring as lesson
from checker.workbook.pictures.drift_line import drift_line
from checker.workbook.pictures.drift_line import in_words as drift_in_words
from checker.workbook.pictures.requests_served import Dot, Strip, in_words, requests_served
from checker.workbook.rehearsing import Rehearsals, Seen
from checker.workbook.reloading import Reload, Story
from checker.workbook.serving import Reply, Service, ask
from checker.workbook.sites import Event, Site
from tests.standins.town import Town, town


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("CHECKER_WORKBOOK", "build")
    return Lab(lesson.SLUG, "en")


def checked(lab, id, *answers):
    lab.check(id, *answers)
    found = lab.outcome(id)
    return found.kind + (f": {found.reason}" if found.reason else "")


# What people saw of the service of q2.


def told(*versions, lost=(), berries=("a", "b"), **statuses):
    """Return a story: requests at 0, 1, 2 …; the stranger at 2.5, the right token at 4.5, the broken model at 6.5."""
    names = {"1": berries[0], "2": berries[1]}
    replies = tuple(
        Reply(at, at + 0.1, 500 if at in lost else 200, "" if at in lost else one, names.get(one, "a"))
        for at, one in enumerate(versions)
    )  # fmt: skip
    answered = {"stranger": 403, "right": 200, "broken": 500} | statuses
    times = {"stranger": 2.5, "right": 4.5, "broken": 6.5}
    reloads = tuple(Reload(what, at, at + 0.2, answered[what]) for what, at in times.items())
    return Story(replies, reloads, "1", "2", "3", ("a", "b"))


GOOD = "1 1 1 1 1 2 2 2 2".split()


@pytest.mark.parametrize(
    ("story", "outcome"),
    [
        pytest.param(told(*GOOD), "correct", id="right"),
        pytest.param(told(*GOOD, stranger=401), "correct", id="401"),
        pytest.param(told(*GOOD, right=204), "correct", id="nothing to say"),
        pytest.param(told(*GOOD, broken=409), "correct", id="another refusal"),
        pytest.param(replace(told(), failed="NameError: x"), "wrong: does_not_start", id="dead"),
        pytest.param(told(*"111111111", right=404, stranger=404), "wrong: no_reload", id="404"),
        pytest.param(told(*"111111111", right=405, stranger=405), "wrong: no_reload", id="405"),
        pytest.param(told(*"122222222"), "wrong: by_itself", id="each request loads"),
        pytest.param(told(*"111222222"), "wrong: open_door", id="the stranger was obeyed"),
        pytest.param(told(*GOOD, stranger=200), "wrong: open_door", id="the stranger was thanked"),
        pytest.param(told(*GOOD, stranger=500), "wrong: crash", id="no token is a crash"),
        pytest.param(told(*GOOD, stranger=0), "wrong: crash", id="no answer to a stranger"),
        pytest.param(told(*"111111111", right=403), "wrong: refuses_everybody", id="nobody"),
        pytest.param(told(*GOOD, lost=[5]), "wrong: errors", id="a request is lost"),
        pytest.param(told(*GOOD, lost=[8]), "wrong: broken_took_over", id="broken answers fail"),
        pytest.param(told(*"111112233"), "wrong: broken_took_over", id="broken answers"),
        pytest.param(told(*"111112299"), "wrong: no_version", id="no such version"),
        pytest.param(told(*"111111111"), "wrong: stays_old", id="no global"),
        pytest.param(told(*"111112122"), "wrong: went_back", id="two places"),
        pytest.param(told(*GOOD, berries=("a", "a")), "wrong: mixed", id="old answers, new number"),
        pytest.param(told(*GOOD, broken=200), "wrong: silent", id="all is well"),
    ],
)
def test_a_story_of_a_service_is_judged(lab, story, outcome):
    lab.write("service.py", lesson.with_endpoint("# mine"), folder=lab.scratch("service"))
    assert checked(lab, "q2", story) == outcome


@pytest.mark.parametrize("story", [None, 7, told(*GOOD)])
def test_the_given_service_is_no_attempt(lab, story):
    assert checked(lab, "q2", story) == "unattempted"


def test_an_endpoint_stands_below_the_given_service_and_nothing_is_nothing():
    assert lesson.with_endpoint("") == ""
    assert lesson.with_endpoint(7) == 7
    text = lesson.with_endpoint("\n    @app.post('/reload')\n    def reload(): ...\n")
    assert text.startswith('"""A prediction service')
    assert text.endswith("}\n\n\n@app.post('/reload')\ndef reload(): ...\n")


# What was seen of the site of q3.


def seen(*events, lost=0, served="2", error="", **more):
    replies = [Reply(9, 9.1, 0)] * lost + [Reply(1, 1.1, 200, "1")]
    done = tuple(Event(at, *words.split()) for at, words in enumerate(events))
    return Seen(Called(error=error, **more), tuple(replies), done, served, "1", "2")


RESTART = seen("stop blue ready", "start blue -", lost=3)
SWITCH = seen("start green -", "switch green ready", "stop blue ready")
BROKEN = seen("start green -", served="1")


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        pytest.param(Rehearsals(RESTART, SWITCH, BROKEN), "correct", id="right"),
        pytest.param(
            Rehearsals(replace(RESTART, called=Called(error="E: x")), SWITCH, BROKEN), "wrong: raised", id="raised",
        ),
        pytest.param(
            Rehearsals(RESTART, seen(timed_out=True, error="slow"), BROKEN), "wrong: too_long", id="endless",
        ),
        pytest.param(Rehearsals(RESTART, seen(served="1"), BROKEN), "wrong: still_old", id="old"),
        pytest.param(Rehearsals(RESTART, seen(served=""), BROKEN), "wrong: nobody_serves", id="gone"),
        pytest.param(Rehearsals(SWITCH, SWITCH, BROKEN), "wrong: no_restart", id="no gap to compare"),
        pytest.param(Rehearsals(RESTART, RESTART, BROKEN), "wrong: not_switched", id="restarts twice"),
        pytest.param(
            Rehearsals(RESTART, seen("stop blue ready", "switch green ready"), BROKEN), "wrong: stopped_first", id="stop",
        ),
        pytest.param(
            Rehearsals(RESTART, seen("switch green alive", "stop blue ready"), BROKEN), "wrong: not_ready", id="alive",
        ),
        pytest.param(
            Rehearsals(RESTART, replace(SWITCH, replies=RESTART.replies), BROKEN), "wrong: gap_left", id="a gap is left",
        ),
        pytest.param(
            Rehearsals(RESTART, replace(SWITCH, is_other_empty=False), BROKEN), "wrong: left_running", id="two run",
        ),
        pytest.param(
            Rehearsals(RESTART, SWITCH, seen(timed_out=True, error="slow")), "wrong: waits_for_ever", id="waits",
        ),
        pytest.param(Rehearsals(RESTART, SWITCH, seen(error="E: x")), "wrong: broken_raised", id="broken raises"),
        pytest.param(Rehearsals(RESTART, SWITCH, seen(served="")), "wrong: broken_switched", id="broken serves"),
        pytest.param(None, "wrong: not_rehearsed", id="no rehearsal"),
    ],
)  # fmt: skip
def test_a_rehearsal_is_judged(lab, found, outcome):
    assert checked(lab, "q3", print, print, found) == outcome


@pytest.mark.parametrize("pair", [(None, print), (print, 7), ("x", "y")])
def test_two_functions_are_asked_for(lab, pair):
    assert checked(lab, "q3", *pair, Rehearsals()) == "wrong: no_function"


def test_no_function_at_all_is_no_attempt_and_starts_nothing(lab):
    assert lesson.rehearsed(lab, None, None) == Rehearsals()
    assert checked(lab, "q3", None, None, Rehearsals()) == "unattempted"


# Rows and deliveries of q4.

KEPT = ("diameter_mm", "weight_g", "berry")
PRIVATE = environments.people("private")


def rows(**more):
    """Return the private rows with their measurements alone, and columns made of them."""
    return [
        {**{name: of(one) for name, of in more.items()}, **{name: one[name] for name in KEPT}}
        for one in PRIVATE
    ]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        pytest.param(environments.people("seed"), "seed", id="seed"),
        pytest.param(PRIVATE, "private", id="private"),
        pytest.param(rows(), "anonymised", id="measurements alone"),
        pytest.param(rows()[::-1], "anonymised", id="in another order"),
        pytest.param(rows(year=lambda one: one["born"][:4]), "anonymised", id="the year alone"),
        pytest.param(rows(village=lambda one: one["village"]), "anonymised", id="the village alone"),
        pytest.param(rows(born=lambda one: one["born"]), "anonymised", id="the birthday without the village"),
        pytest.param(rows(id=PRIVATE.index), "anonymised", id="numbered"),
        pytest.param(rows(name=lambda one: one["name"]), "named", id="named"),
        pytest.param(rows(note=lambda one: f"call {one['phone']}"), "named", id="in a note"),
        pytest.param(rows(mail=lambda one: one["email"].upper()), "named", id="in capitals"),
        pytest.param(rows(who=lambda one: hashlib.new("md5", one["name"].encode(), usedforsecurity=False).hexdigest()), "hashed", id="md5"),
        pytest.param(rows(who=lambda one: hashlib.sha512(one["phone"].encode()).hexdigest()), "hashed", id="sha512"),
        pytest.param(
            rows(born=lambda one: one["born"], village=lambda one: one["village"]), "born", id="birthday and village",
        ),
        pytest.param(rows()[:-1], "useless", id="a row is missing"),
        pytest.param([{**one, "weight_g": 1.0} for one in rows()], "useless", id="weights are gone"),
        pytest.param([], "none", id="no rows"),
        pytest.param("rows", "none", id="a text"),
        pytest.param([7, None], "useless", id="no rows of columns"),
    ],
)  # fmt: skip
def test_rows_are_what_they_tell_of_people(given, kind):
    assert environments.kind_of(given)[0] == kind


TABLE = {question: list(answers) for question, answers in environments.ANSWERS.items()}


@pytest.mark.parametrize("question", environments.QUESTIONS)
def test_each_column_of_the_table_has_its_own_message(lab, question):
    table = {name: list(answers) for name, answers in TABLE.items()}
    table[question][2] = "?"
    assert checked(lab, "q4", table, None) == f"wrong: cell_{question}"
    del table[question][2:]
    assert checked(lab, "q4", table, None) == "wrong: cell_open"


@pytest.mark.parametrize(
    ("table", "outcome"),
    [
        (None, "unattempted"),
        ({"data": [None]}, "unattempted"),
        (7, "wrong: no_table"),
        (TABLE, "wrong: no_delivery"),
        ({"data": [7, "seed"], "users": 7}, "wrong: cell_data"),
        ({"users": ["engineers"]}, "wrong: cell_open"),
        ({"data": "seed"}, "unattempted"),
    ],
)
def test_tables_of_any_kind_are_judged(lab, table, outcome):
    assert checked(lab, "q4", table) == outcome


def delivered(*pairs, built=("d",)):
    """Return what is said of deliveries: environment and rows, or environment, rows and digest."""
    made = [
        environments.Delivery(one[0], one[2] if len(one) > 2 else "d", *environments.kind_of(one[1]))
        for one in pairs
    ]  # fmt: skip
    return lesson._delivered(list(built), made).reason


SEED = environments.people("seed")
RIGHT = (("development", SEED), ("test", SEED), ("staging", rows()), ("prod", PRIVATE))


@pytest.mark.parametrize(
    ("pairs", "built", "reason"),
    [
        pytest.param(RIGHT, ["d"], "", id="right"),
        pytest.param((), [], "nothing_delivered", id="nothing"),
        pytest.param(RIGHT[:3], ["d"], "left_out", id="no prod"),
        pytest.param(RIGHT, ["d", "e"], "rebuilt", id="built twice"),
        pytest.param((*RIGHT[:3], ("prod", PRIVATE, "e")), ["d"], "rebuilt", id="another digest"),
        pytest.param((RIGHT[0], ("test", PRIVATE), *RIGHT[2:]), ["d"], "people_in_test", id="people"),
        pytest.param((("development", rows()), *RIGHT[1:]), ["d"], "people_in_test", id="masked people"),
        pytest.param((("development", []), *RIGHT[1:]), ["d"], "no_seed", id="no rows"),
        pytest.param((*RIGHT[:2], ("staging", SEED), RIGHT[3]), ["d"], "staging_seed", id="staging on seed"),
        pytest.param((*RIGHT[:2], ("staging", PRIVATE), RIGHT[3]), ["d"], "staging_private", id="staging on people"),
        pytest.param((*RIGHT[:2], ("staging", rows()[:1]), RIGHT[3]), ["d"], "staging_useless", id="one row"),
        pytest.param((*RIGHT[:2], ("staging", None), RIGHT[3]), ["d"], "staging_none", id="none"),
        pytest.param((*RIGHT[:3], ("prod", rows())), ["d"], "prod_without_people", id="prod anonymised"),
        pytest.param((RIGHT[1], RIGHT[0], *RIGHT[2:]), ["d"], "out_of_order", id="order"),
    ],
)  # fmt: skip
def test_deliveries_are_judged(pairs, built, reason):
    assert delivered(*pairs, built=built) == reason


# Streams of q5.


def watch_with(statistic, threshold, *, cooldown=COOLDOWN):
    def watch(reference, days, train):
        trained = None
        for day, values in days:
            if not values or (trained is not None and day - trained < cooldown):
                continue
            if statistic(reference, values) > threshold:
                train(day)
                trained, reference = day, values

    return watch


def ks(a, b):
    a, b = np.sort(a), np.sort(b)
    both = np.concatenate([a, b])
    return np.max(
        np.abs(
            np.searchsorted(a, both, "right") / len(a) - np.searchsorted(b, both, "right") / len(b)
        )
    )


def psi(a, b):
    edges = np.quantile(a, np.linspace(0, 1, 11))
    edges[0], edges[-1] = -np.inf, np.inf
    p, q = (np.histogram(one, edges)[0] / len(one) + 1e-4 for one in (a, b))
    return float(((p - q) * np.log(p / q)).sum())


@pytest.mark.parametrize(
    ("statistic", "threshold"),
    [(ks, 0.12), (ks, 0.15), (ks, 0.2), (ks, 0.25), (psi, 0.2), (psi, 0.25)],
    ids=["ks 0.12", "ks 0.15", "ks 0.2", "ks 0.25", "psi 0.2", "psi 0.25"],
)
def test_right_watches_of_several_kinds(lab, statistic, threshold):
    assert checked(lab, "q5", watch_with(statistic, threshold)) == "correct"


def always(_, days, train):
    for day, _ in days:
        if day % COOLDOWN == 0:
            train(day)


@pytest.mark.parametrize(
    ("watch", "outcome"),
    [
        pytest.param(lambda *_: None, "wrong: missed_wet", id="never"),
        pytest.param(always, "wrong: false_alarm", id="by the calendar"),
        pytest.param(watch_with(ks, 0.05), "wrong: false_alarm", id="too low"),
        pytest.param(watch_with(ks, 0.9), "wrong: missed_wet", id="too high"),
        pytest.param(watch_with(lambda a, b: abs(fmean(a) - fmean(b)), 1), "wrong: outlier", id="mean"),
        pytest.param(watch_with(ks, 0.2, cooldown=0), "wrong: in_cooldown", id="no cooldown"),
        pytest.param(watch_with(ks, 0.2, cooldown=3), "wrong: in_cooldown", id="a short cooldown"),
        pytest.param(watch_with(ks, 0.2, cooldown=99), "wrong: never_again", id="a cooldown without end"),
        pytest.param(watch_with(ks, 0.2, cooldown=12), "wrong: late", id="a long cooldown"),
        pytest.param(lambda _known, days, _train: [median(one) for _, one in days], "wrong: empty", id="empty day"),
        pytest.param(lambda *_: 1 / 0, "wrong: raised", id="raises"),
        pytest.param(7, "wrong: no_function", id="no function"),
        pytest.param(None, "unattempted", id="nothing"),
    ],
)  # fmt: skip
def test_wrong_watches_are_named(lab, watch, outcome):
    assert checked(lab, "q5", watch) == outcome


def test_a_watch_that_compares_with_the_old_berries_for_ever_is_told_so(lab):
    def watch(reference, days, train):
        trained = -99
        for day, values in days:
            if values and day - trained >= COOLDOWN and ks(reference, values) > 0.2:
                train(day)
                trained = day

    assert checked(lab, "q5", watch) == "wrong: again_and_again"


def test_a_watch_that_looks_at_yesterday_misses_the_slow_drift(lab):
    def watch(reference, days, train):
        trained, before = -99, reference
        for day, values in days:
            if values and day - trained >= COOLDOWN and ks(before, values) > 0.2:
                train(day)
                trained = day
            before = values or before

    assert checked(lab, "q5", watch) == "wrong: missed_slow"


def test_streams_are_the_same_everywhere():
    found = streams()
    assert {len(one.days) for one in found.values()} == {DAYS}
    text = "\n".join(repr(day) for one in found.values() for day in one.days)
    assert hashlib.sha256(text.encode()).hexdigest()[:12] == STREAMS


STREAMS = "fe2c49dc65ce"


def test_distances_are_those_of_another_implementation():
    days = streams()["wet"].days
    mine = [ks(reference(), values) for _, values in days]
    assert distances(reference(), days) == pytest.approx(mine)
    after = distances(reference(), days, [10])
    assert after[:10] == pytest.approx(mine[:10])
    assert max(after[10:]) < 0.12 < min(mine[10:])
    assert distances(reference(), [(1, [])]) == [0.0]


# Wirings of q6.


@pytest.mark.parametrize(
    ("wiring", "outcome"),
    [
        (None, "unattempted"),
        ({}, "unattempted"),
        (dict.fromkeys(looping.EVENTS), "unattempted"),
        (7, "wrong: no_table"),
        ({**looping.RIGHT, "drift is found": None}, "wrong: row_open"),
        ({**looping.RIGHT, "drift is found": "panic"}, "wrong: no_step"),
        ({**looping.RIGHT, "drift is found": ["train"]}, "wrong: no_step"),
        (dict(looping.RIGHT), "wrong: not_run"),
    ],
)
def test_wirings_of_any_kind_are_judged(lab, wiring, outcome):
    assert checked(lab, "q6", wiring, None) == outcome
    if outcome != "wrong: not_run":
        assert lesson.went_round(lab, wiring) is None


def journal(*steps, rests=True, served="new", fit=True, champion=True):
    """Return a journal in which each step brings the event that it should."""
    came = dict(zip(looping.STEPS, (*looping.EVENTS[1:5], "drift is found"), strict=True))
    entries, event = [], looping.EVENTS[0]
    for step in steps:
        entries.append(looping.Entry(event, step, came[step]))
        event = came[step]
    return looping.Told(tuple(entries), rests, served, fit, champion)


DEPLOY, TRAIN, COMPARE, RELOAD, WATCH = looping.STEPS
ROUND = (DEPLOY, TRAIN, COMPARE, RELOAD, WATCH)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        pytest.param(journal(*ROUND, TRAIN, COMPARE, RELOAD, WATCH), "", id="right"),
        pytest.param(journal(DEPLOY, COMPARE), "never_trained", id="no training"),
        pytest.param(journal(TRAIN, COMPARE, RELOAD, WATCH), "old_pipeline", id="no deployment"),
        pytest.param(journal(DEPLOY, TRAIN, TRAIN, rests=False), "trains_for_ever", id="trains"),
        pytest.param(journal(DEPLOY, TRAIN, RELOAD, WATCH), "never_compared", id="no comparison"),
        pytest.param(journal(DEPLOY, TRAIN, COMPARE, WATCH), "never_reloaded", id="no reload"),
        pytest.param(journal(DEPLOY, TRAIN, COMPARE, RELOAD), "nobody_watches", id="no watch"),
        pytest.param(journal(*ROUND, RELOAD, rests=False), "drift_without_training", id="reloads"),
        pytest.param(journal(*ROUND, COMPARE), "drift_without_training", id="compares"),
        pytest.param(journal(*ROUND, *ROUND), "needless_deploy", id="deploys again"),
        pytest.param(journal(*ROUND, TRAIN, COMPARE, RELOAD, WATCH, rests=False), "in_circles", id="circles"),
        pytest.param(journal(*ROUND, TRAIN, fit=False), "unfit", id="unfit"),
    ],
)  # fmt: skip
def test_a_journal_tells_what_was_left_out(found, reason):
    assert lesson._astray(found) == reason


# Pictures


def test_the_picture_of_requests_shows_what_its_words_say():
    strip = Strip("one", (Dot(0, 0.01, "1"), Dot(1, 0.01), Dot(2, 0.01, "2")), ((1.0, "stop"),))
    words = {"version": "version", "lost": "no answer", "seconds": "s", "took": "ms"}
    axes = requests_served([strip], words).axes[0]
    drawn = {line.get_gid(): len(line.get_xdata()) for line in axes.lines}
    assert drawn == {"version 1": 1, "version 2": 1, "lost": 1, "mark": 2}
    assert in_words([strip]) == {"versions_1": "1 → 2", "lost_1": "✗"}
    assert in_words([Strip("none", ())]) == {"versions_1": "–", "lost_1": "0"}
    requests_served([], words)


def test_the_picture_of_drift_shows_what_its_words_say():
    names = ("title", "day", "distance", "threshold", "training", "cooldown")
    figure = drift_line([1, 2, 3], [0.1, 0.3, 0.1], [2], 0.2, 1, {name: name for name in names})
    lines = {line.get_gid(): list(line.get_xdata()) for line in figure.axes[0].lines}
    assert lines["distance"] == [1, 2, 3]
    assert lines["training"] == [2]
    said = drift_in_words([1, 2, 3], [0.1, 0.3, 0.1], [2], 0.2)
    assert said == {"days": 3, "threshold": "0.2", "above": "2", "trainings": "2"}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_event_and_step_has_its_words(tmp_path, monkeypatch, language):
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path))
    lab = Lab(lesson.SLUG, language)
    assert all(lab.text(one) for one in (*looping.EVENTS, *looping.STEPS))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_hint_can_be_shown(tmp_path, monkeypatch, language, capsys):
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path))
    lab = Lab(lesson.SLUG, language)
    for id in lab.texts.exercises:
        for number in (1, 2, 3):
            lab.hint(id, number)
    shown = capsys.readouterr().out
    assert 'f"Bearer {TOKEN}"' in shown
    assert "{{" not in shown


# Services that really run

PLAIN = """
import os

from fastapi import FastAPI

app = FastAPI()


@app.get("/ready")
def ready():
    return "ready"


@app.get("/predict")
def predict(diameter: float, weight: float):
    return {"version": os.environ["PLAIN_VERSION"], "berry": "blueberry"}
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems")
class TestProcesses:
    """Services in processes of their own, without a campus."""

    def test_a_service_is_started_asked_and_stopped(self, tmp_path):
        file = tmp_path / "service.py"
        file.write_text(PLAIN)
        with Service(file, {"PLAIN_VERSION": "7"}) as service:
            assert service.await_ready() == "ready"
            status, answer = ask(service.port, "/predict?diameter=1&weight=1")
            assert (status, answer) == (200, {"version": "7", "berry": "blueberry"})
            assert ask(service.port, "/reload", verb="POST")[0] == 404
        assert service.state == "ended"
        assert ask(service.port, "/ready") == (0, None)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("import nothing_of_the_kind", "nothing_of_the_kind"),
            ("print('x', flush=True); import os; os._exit(3)", "x"),
            ("app = (", "SyntaxError"),
            ("x = 1", "has no attribute 'app'"),
            ("raise SystemExit('enough')", "enough"),
        ],
    )
    def test_a_file_that_is_no_service_ends_and_says_why(self, tmp_path, text, said):
        file = tmp_path / "service.py"
        file.write_text(text)
        with Service(file, {}) as service:
            assert service.await_ready() == "ended"
            assert said in service.said

    def test_a_site_leads_requests_where_its_road_leads(self, tmp_path):
        file = tmp_path / "service.py"
        file.write_text(PLAIN)
        with Site(file, {"PLAIN_VERSION": "7"}) as site:
            assert site.version() == ""
            site.start("blue")
            with pytest.raises(RuntimeError, match="already"):
                site.start("blue")
            assert site.await_ready() == "ready"
            assert site.version() == "7"
            site.switch("green")
            assert site.version() == ""
            assert (site.state("blue"), site.state("green")) == ("ready", "ended")
            site.stop("blue")
            assert [one.what for one in site.events] == ["start", "switch", "stop"]
            with pytest.raises(ValueError, match="blue and green"):
                site.start("red")


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("lesson10"), "storage", "tracking", "registry") as made:
        yield made


@pytest.fixture
def connected(campus: Town, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """The Lab in a process that has a student's variables."""
    made: dict[str, str] = {}
    connecting.hush(made, building=True)
    connecting.connect(made, variables(campus.place, campus.student("Петров Иван")))
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    return lab


@pytest.mark.filterwarnings("default")  # MLflow's own, while it is imported
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems")
class TestOnACampus:
    """With a registry and a bucket."""

    @pytest.mark.parametrize(
        ("batch", "outcome"),
        [
            (7, "wrong: no_function"),
            (lambda _: None, "wrong: no_key"),
            (lambda _: "elsewhere/x", "wrong: not_your_prefix"),
            (lambda _: "petrov_ivan/nothing", "wrong: nothing_written"),
            (lambda _: 1 / 0, "wrong: raised"),
            (None, "unattempted"),
        ],
        ids=["7", "nothing", "elsewhere", "not there", "raises", "none"],
    )
    def test_batches_of_any_kind_are_judged(self, connected, batch, outcome):
        assert checked(connected, "q1", batch) == outcome

    def test_a_batch_may_ask_and_write_in_other_ways(self, connected):
        import json

        import boto3
        import mlflow

        from checker.workbook import model_versions as models

        def by_search(pieces):
            rows = [row for piece in pieces for row in piece]
            version = models.at("champion")
            names = mlflow.pyfunc.load_model(version.uri).predict(rows)
            key = f"petrov_ivan/{version.number}/out.json"
            content = {"berries": list(names), "version": str(version.number), "more": 1}
            boto3.client("s3").put_object(Bucket="mlflow", Key=key, Body=json.dumps(content))
            return key

        assert checked(connected, "q1", by_search) == "correct"

        def over(pieces):
            key = by_search(pieces)
            client = boto3.client("s3")
            source = {"Bucket": "mlflow", "Key": key}
            client.copy_object(Bucket="mlflow", Key="petrov_ivan/same.json", CopySource=source)
            return "petrov_ivan/same.json"

        assert checked(connected, "q1", over) == "wrong: overwrites"
        assert checked(connected, "q1", lambda pieces: by_search([next(pieces)])) == "wrong: rows"


@pytest.fixture
def shop(campus: Town, lab: Lab) -> environments.Workshop:
    """A workshop for the images of a student, with the lesson's own in its folder."""
    person = campus.student("Петров Иван")
    here = Campus(campus.place, person, variables(campus.place, person), {})
    path = capabilities.path()
    chosen = {"PATH": path, **here.variables, **here.docker(lab.work.root, path)}
    commands = environments.docker(chosen, lab.scratch("image"))
    name = f"{person.login}/{lesson.IMAGE}"
    return environments.Workshop(name, here.variables["CHECKER_REGISTRY_URL"], commands)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems")
class TestDeliveries:
    """Images that are built, pushed, taken and run."""

    def test_an_image_is_built_once_and_runs_in_four_environments(self, shop):
        image = shop.build()
        assert image.startswith("petrov_ivan/berry-service@sha256:")
        for environment, rows in RIGHT:
            shop.deploy(environment, image, rows)
        assert lesson._delivered(shop.built, shop.deliveries).kind == "correct"

    def test_the_same_dockerfile_gives_another_digest_each_time(self, shop):
        assert shop.build() != shop.build()

    def test_what_does_not_run_is_told_by_the_environment_that_took_it(self, shop, lab):
        lab.write("model.json", "{", folder=lab.scratch("image"))
        image = shop.build()
        for environment, rows in RIGHT:
            shop.deploy(environment, image, rows)
        found = lesson._delivered(shop.built, shop.deliveries)
        assert found.reason == "does_not_run"
        assert found.facts["environment"] == "development"
        assert "JSONDecodeError" in str(found.facts["error"])

    @pytest.mark.parametrize(
        ("image", "said"),
        [
            ("petrov_ivan/berry-service:latest", "names no digest"),
            (f"petrov_ivan/berry-service@sha256:{'0' * 64}", "not in the registry"),
            (None, "names no digest"),
        ],
    )
    def test_an_environment_takes_an_image_by_a_digest_that_is_there(self, shop, image, said):
        with pytest.raises(ValueError, match=said):
            shop.deploy("test", image, SEED)
        with pytest.raises(ValueError, match="none of development, test"):
            shop.deploy("qa", image, SEED)

    def test_a_build_that_fails_says_so(self, shop, lab):
        lab.write("Dockerfile", "FROM scratch\nCOPY nothing /", folder=lab.scratch("image"))
        with pytest.raises(RuntimeError, match="the build failed"):
            shop.build()


def test_traffic_ends_with_whoever_left_it():
    from checker.workbook.serving import Traffic

    with Traffic(lambda: nullcontext(1), (1.0, 1.0)) as traffic:  # nobody listens on port 1
        traffic.go_on(3)
    count = len(traffic.replies)
    assert count >= 3
    assert all(one.is_error for one in traffic.replies)
    assert len(traffic.replies) == count
