"""Checks of lesson 03: words found, a workflow written, foreseen, run, split, shortened, and made to keep secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from checker.actions.syntax import Action, Workflow, read_workflow
from checker.actions.workflows import Workflows
from checker.rubric.findings import CHANGE
from checker.workbook import composite, lacks, leaks, told, written
from checker.workbook.exercise import Attempt, exercise
from checker.workbook.outcome import Outcome, correct, skipped, unattempted, wrong
from checker.workbook.pictures import job_graph, timeline, truth_table
from checker.workbook.situations import LABELS, SITUATIONS, running
from checker.workbook.work import FILES
from checker.workbook.workflows import Reading, jobs_of, words_by_line

if TYPE_CHECKING:
    from checker.workbook.lab import Lab
    from checker.workbook.runs import Runs

SLUG = "03_anatomy_of_a_workflow"
WORDS = ("workflow", "event", "job", "runner", "step", "action")
SECRET = "STORE_KEY"
PASSWORD = "gooseberry-jam-1912"
"""Invented, and the key to nothing."""
STORE_KEY = f'{{"user": "robot", "password": "{PASSWORD}"}}'
_TIES = "test_of_two_equally_near_classes_the_last_one_wins"
_GOT = "left"


@exercise("q1")
def words_have_lines(at: Attempt, lines: object) -> Outcome:
    """Judge whether each word is pointed at by the number of a line that shows one."""
    del at
    if not isinstance(lines, Mapping):
        return unattempted() if lines is None else wrong("not_a_dict", kind=type(lines).__name__)
    given = {word: written.number(lines.get(word)) for word in WORDS}
    if all(number is None for number in given.values()):
        return unattempted()
    flow = _given("specimen", "report.yml")
    shown = words_by_line(flow)
    missing = [word for word, number in given.items() if number is None]
    if missing:
        return wrong("missing", words=missing)
    numbers = {word: number for word, number in given.items() if number is not None}
    bad = [word for word, number in numbers.items() if word not in shown.get(number, ())]
    if not bad:
        return correct()
    if all(word in shown.get(number + 1, ()) for word, number in numbers.items()):
        return wrong("from_zero", line=numbers["job"], text=flow.line(numbers["job"]))
    outside = [word for word in bad if not 1 <= numbers[word] <= len(flow.lines)]
    if outside:
        facts = {"word": outside[0], "line": numbers[outside[0]], "last": len(flow.lines)}
        return wrong("no_such_line", **facts)
    word = bad[0]
    number = numbers[word]
    text = flow.line(number)
    facts = {"word": word, "line": number, "text": text}
    if not text:
        return wrong("empty_line", **facts)
    if text in {"on:", "jobs:", "steps:"}:
        return wrong("heading", **facts)
    if word == "action" and text.removeprefix("- ").startswith(("run:", "name:")):
        return wrong("run_is_no_action", **facts)
    if word == "event" and text.removeprefix("- ").startswith(("branches", "cron")):
        return wrong("filter_is_no_event", **facts)
    return wrong("other_word", **facts, shows=shown.get(number) or ("–",))


@exercise("q2")
def linted_and_tested(at: Attempt) -> Outcome:
    """Judge by the homework's own criteria CI1, CI2 and CI4 whether pushes and pull requests are linted and tested."""
    reading = Reading.of(at.lab.homework)
    if not reading.files:
        stray = reading.explanation.workflows.stray
        return (
            wrong("wrong_folder", path=stray[0].path, belongs=stray[0].belongs)
            if stray
            else unattempted()
        )
    lack = lacks.checks(reading)
    if lack is not None:
        return _wrong(lack)
    job = next(reading.without_checkout(), "")
    if job:
        return wrong("no_checkout", job=job)
    tools = [reading.activities(kind)[0].tool for kind in ("lint", "test")]
    return correct(linter=tools[0], tester=tools[1])


@exercise("q3")
def situations_are_foreseen(at: Attempt, starts: object) -> Outcome:
    """Judge a prediction of what runs in twelve situations against the grader's simulator."""
    del at
    truth = _truth()
    if starts is None:
        return unattempted()
    if not isinstance(starts, Mapping):
        return wrong("not_a_dict", kind=type(starts).__name__)
    said = {name: written.words(starts.get(name)) for name in truth}
    if all(words is None for words in said.values()):
        return unattempted()
    predicted = {name: words for name, words in said.items() if words is not None}
    for name, words in predicted.items():
        unknown = sorted(words - set(SITUATIONS))
        if unknown:
            return wrong("unknown_words", file=name, words=unknown[0], known=tuple(SITUATIONS))
    found = truth_table.facts(_table(predicted))
    for name, words in predicted.items():
        for situation in SITUATIONS:
            if (situation in words) != (situation in truth[name]):
                return _misjudged(name, situation, found)
    if len(predicted) < len(truth):
        return wrong("rest_open", files=[name for name in truth if name not in predicted])
    return correct(cells=found["cells"])


@exercise("q4")
def red_is_read(at: Attempt, red: object, proposal: object = None) -> Outcome:
    """Judge whether the failed job, its failed step, and why it failed, were read from the run itself."""
    if red is None or (isinstance(red, Mapping) and not any(map(written.word, red.values()))):
        return unattempted()
    if not isinstance(red, Mapping):
        return wrong("not_a_dict", kind=type(red).__name__)
    runs = told.taken(getattr(proposal, "runs", None))
    if not runs:
        return wrong("nothing_ran") if at.lab.has("act") else skipped("no_act")
    failed = [(job, step) for job, step in told.failed(runs) if _TIES in told.log(runs, job, step)]
    if not failed:
        other = next(told.failed(runs), None)
        if other is None:
            return wrong("stayed_green")
        return wrong("other_failure", job=other[0], step=other[1])
    said = {key: written.word(red.get(key)) for key in ("job", "step", "test", "got")}
    missing = [key for key, word in said.items() if not word]
    if missing:
        return wrong("missing", keys=missing)
    return _read_rightly(runs, failed, said)


@exercise("q5")
def tests_wait_for_the_linter(at: Attempt) -> Outcome:
    """Judge by the expanded graph of jobs whether the tests run on two Pythons or more, after the linter."""
    reading = Reading.of(at.lab.homework)
    text = "\n".join(flow.text for flow in reading.files)
    if not re.search(r"^\s*(needs|matrix|strategy)\s*:", text, re.MULTILINE):
        return unattempted()
    if (refused := lacks.refusal(reading)) is not None:
        return _wrong(refused)
    if reading.unmet:
        return wrong("lost", criterion=reading.unmet)
    lint, test = (jobs_of(reading.activities(kind)) for kind in ("lint", "test"))
    found: list[lacks.Lack] = []
    for outcome in reading.started(*CHANGE):
        flow = outcome.workflow
        for job in outcome.jobs:
            if (flow.path, job.job.id) not in test:
                continue
            linters = {id for path, id in lint if path == flow.path}
            lack = lacks.order(flow, job, linters)
            if lack is None:
                nodes = reading.graph(outcome)
                return correct(order=job_graph.facts(nodes)["order"], jobs=len(nodes))
            found.append(lack)
    return _wrong(found[0]) if found else wrong("lost", criterion="CI2")


@exercise("q6")
def an_action_of_ones_own_runs(at: Attempt, runs: object = None) -> Outcome:
    """Judge the composite action by its file, by how a workflow uses it, and by what its run printed."""
    reading = Reading.of(at.lab.homework)
    workflows = reading.explanation.workflows
    found = composite.actions(workflows)
    if not found:
        return unattempted()
    good = [action for action in found if composite.lack(action) is None]
    if not good:
        return _wrong(composite.lack(found[0]) or ("not_used", {"folder": found[0].path}))
    if (refused := lacks.refusal(reading)) is not None:
        return _wrong(refused)
    misuses = [composite.misuse(workflows, action) for action in good]
    if None not in misuses:
        return _wrong(next(one for one in misuses if one is not None))
    if reading.unmet:
        return wrong("lost", criterion=reading.unmet)
    if not at.lab.has("act"):
        return skipped("no_act")
    return _ran(at, workflows, good[misuses.index(None)], told.taken(runs))


@exercise("q7")
def secrets_stay_secret(at: Attempt, found: object, runs: object = None) -> Outcome:
    """Judge whether the password was found in the log, and whether the mended run, which works as before, keeps it."""
    text = written.word(found)
    flow = read_workflow("deliver.yml", at.file(".github/workflows/deliver.yml"))
    if not text and flow.text == _given("leak", "deliver.yml").text:
        return unattempted()
    if not text:
        return wrong("not_found")
    if set(text) <= set("* "):
        return wrong("stars")
    if text.strip("\"'").casefold() not in {PASSWORD, f"robot:{PASSWORD}"}:
        return wrong("other_text", text=text)
    return _kept(flow, told.taken(runs), acts=at.lab.has("act"))


def table(lab: Lab, starts: object) -> None:
    """Show the twelve situations with what was predicted; a workflow nobody said anything of keeps its answers."""
    said = starts if isinstance(starts, Mapping) else {}
    words = {name: written.words(said.get(name)) for name in _truth()}
    made = _table({name: found for name, found in words.items() if found is not None})
    labels = {situation: lab.text(name) for situation, name in LABELS.items()}
    legend = truth_table.Words(
        *(lab.text(name) for name in ("table", "runs", "rests", "differs", "unsaid"))
    )
    lab.figure(truth_table.truth_table(made, labels, legend), "table", **truth_table.facts(made))


def graph(lab: Lab, runs: object) -> None:
    """Show the jobs of a push's largest run, as it went."""
    run = told.largest(told.taken(runs))
    if run is None:
        lab.say("no_run")
        return
    nodes = told.nodes(run)
    figure = job_graph.job_graph(nodes, run.name, run.event)
    lab.figure(figure, "graph", **job_graph.facts(nodes))


def times(lab: Lab, runs: object) -> None:
    """Show when each step of a push's largest run ran, in seconds."""
    rows = told.rows(told.largest(told.taken(runs)))
    if not rows:
        lab.say("no_run")
        return
    figure = timeline.timeline(rows, lab.text("timeline"), lab.text("seconds"))
    lab.figure(figure, "times", live=True, **timeline.facts(rows))


def keep_secret(lab: Lab) -> None:
    """Give the student's repository the secret that the last exercise is about."""
    lab.secret(SECRET, STORE_KEY)
    lab.say("secret", name=SECRET)


def _given(folder: str, name: str) -> Workflow:
    """Return a workflow file that the lesson gives."""
    file = FILES / SLUG / folder / ".github" / "workflows" / name
    return read_workflow(name, file.read_text(encoding="utf-8"))


@cache
def _truth() -> Mapping[str, frozenset[str]]:
    """Return in which situations each given workflow runs, by the simulator."""
    from checker.actions.workflows import workflows_of
    from checker.services.checkout import checkout

    return running(workflows_of(checkout(FILES / SLUG / "triggers", default_branch="main")))


def _table(predicted: Mapping[str, frozenset[str]]) -> truth_table.Table:
    return truth_table.Table(tuple(SITUATIONS), tuple(_truth()), _truth(), predicted)


_LESSONS = {
    ("ci.yml", "tag v1.2.0"): "tag_is_no_branch",
    ("ci.yml", "tag nightly"): "tag_is_no_branch",
    ("ci.yml", "push feature/7"): "star_stops_at_slash",
    ("ci.yml", "push master"): "other_default_branch",
    ("ci.yml", "pull request merged"): "merge_is_a_push",
    ("ci.yml", "pull request closed"): "closed_is_not_asked",
    ("image.yml", "push main"): "branch_is_no_tag",
    ("image.yml", "tag nightly"): "pattern_of_tags",
    ("image.yml", "release published"): "release_is_no_push",
    ("image.yml", "by hand"): "button",
    ("publish.yml", "pull request closed"): "closed_is_not_merged",
    ("publish.yml", "pull request opened"): "only_when_closed",
    ("publish.yml", "push main"): "push_is_no_pull_request",
}
"""What a wrong prediction teaches, by file and situation."""


def _misjudged(name: str, situation: str, found: Mapping[str, object]) -> Outcome:
    is_run = situation in _truth()[name]
    facts = {
        "file": name,
        "situation": situation,
        "wrong": found["wrong"],
        "of": found["predicted"],
    }
    return wrong(_LESSONS.get((name, situation), "runs_too" if is_run else "does_not_run"), **facts)


def _read_rightly(
    runs: Runs, failed: Sequence[tuple[str, str]], said: Mapping[str, str]
) -> Outcome:
    """Judge the four words that were read from a run."""
    jobs = {job.name: job for run in runs for job in run.jobs}
    named = [
        one
        for one in failed
        if said["job"] in {written.plain(one[0]), written.plain(one[0].partition(" (")[0])}
    ]
    if not named:
        if said["job"] in {written.plain(run.name) for run in runs}:
            return wrong("workflow_is_no_job", word=said["job"], jobs=tuple(jobs))
        if any(
            said["job"] == written.plain(step.name) for job in jobs.values() for step in job.steps
        ):
            return wrong("step_is_no_job", word=said["job"], jobs=tuple(jobs))
        return wrong("other_job", word=said["job"], jobs=tuple(jobs))
    steps = {written.plain(step) for _, step in named}
    if said["step"] not in steps | {step.removeprefix("run ") for step in steps}:
        own = [step for one in named for step in jobs[one[0]].steps]
        skipped = [
            step.name
            for step in own
            if written.plain(step.name) == said["step"] and step.conclusion == "skipped"
        ]
        if skipped:
            return wrong("step_was_skipped", step=skipped[0])
        return wrong("other_step", word=said["step"], steps=tuple(step.name for step in own))
    test = said["test"].rpartition("::")[2].removesuffix("()")
    if test != _TIES:
        return wrong(
            "file_is_no_test" if "test_ties" in said["test"] else "other_test", word=said["test"]
        )
    if said["got"].strip("[]'\" ") != _GOT:
        return wrong(
            "expected_not_got" if "right" in said["got"] else "other_value", word=said["got"]
        )
    return correct(job=named[0][0], step=named[0][1])


def _ran(at: Attempt, workflows: Workflows, action: Action, runs: Runs) -> Outcome:
    """Judge the run of an action: a step after it printed the library's version."""
    version = re.search(r"""__version__\s*=\s*["']([^"']+)""", at.file("campfire/__init__.py"))
    wanted = version[1] if version else "1.0.0"
    used = composite.uses(workflows, action)
    jobs = [(job, use) for run in runs for job in run.jobs for use in used if job.id == use.job.id]
    if not jobs:
        return wrong("not_run", folder=action.path.rpartition("/")[0])
    red = next(told.failed(runs), None)
    if red is not None:
        return wrong(
            "run_failed", job=red[0], step=red[1], said=told.complaint(told.log(runs, *red))
        )
    for job, use in jobs:
        for step in composite.readers(use, action):
            if wanted in told.printed(told.log(runs, job.name, told.name(job, step))):
                return correct(action=action.path, version=wanted, jobs=len(runs[0].jobs))
    job, use = jobs[0]
    step = (*composite.readers(use, action), use.step)[0]
    return wrong("came_empty", job=job.name, step=told.name(job, step), version=wanted)


def _kept(flow: Workflow, runs: Runs, *, acts: bool) -> Outcome:
    """Judge the mended workflow and its run: as much work as before, and no secret in the log."""
    if flow.errors:
        return wrong("refused", line=flow.errors[0].line, reason=flow.errors[0].reason)
    if PASSWORD in flow.text:
        lines = (number for number, line in enumerate(flow.lines, 1) if PASSWORD in line)
        return wrong("hard_coded", line=next(lines))
    if not re.search(r"\bsecrets\b", flow.text):
        return wrong("gone")
    for step in (step for job in flow.jobs.values() for step in job.steps):
        if re.search(r"\$\{\{[^}]*\bsecrets\b", step.run):
            return wrong("inline", line=step.run_line, step=step.label)
    mine = [run for run in runs if run.name == flow.title]
    if not mine:
        return wrong("not_run") if acts else skipped("no_act")
    red = next(told.failed(runs), None)
    if red is not None:
        return wrong("run_failed", step=red[1], said=told.complaint(told.log(runs, *red)))
    steps = [(job.name, step.name) for run in mine for job in run.jobs for step in job.steps]
    for one in steps:
        if form := leaks.form(told.log(runs, *one), PASSWORD):
            is_late = "add-mask" in flow.text
            return wrong("masked_too_late" if is_late else "still_told", step=one[1], form=form)
    if not any(str(len(PASSWORD)) in told.printed(told.log(runs, *one)) for one in steps):
        return wrong("work_undone", letters=len(PASSWORD))
    return correct()


def _wrong(lack: lacks.Lack) -> Outcome:
    name, facts = lack
    return wrong(name, **facts)
