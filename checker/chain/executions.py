"""What past runs did: each step of a run that was one of the repository's activities, with its outcome and time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from checker.actions.activities import activities_of
from checker.actions.activity import KINDS, Activities, Activity, Kind
from checker.actions.activity import Target as Destination
from checker.actions.events import EVENTS, Names
from checker.actions.redaction import Redaction, redaction_of
from checker.actions.syntax import Workflow, read_workflow
from checker.actions.tokens import tokens_in
from checker.actions.workflows import FOLDER, Workflows
from checker.chain.alignment import Made, align
from checker.chain.causes import Cause, cause_of
from checker.chain.times import KEPT
from checker.services.github import model
from checker.services.github.model import Project, Record, Run
from checker.services.repository import Files, Repository

MAX_TEXTS = 200
"""Workflow files of one commit that are read."""


@dataclass(frozen=True, slots=True)
class Execution:
    """A step of a past run that did one of the repository's activities."""

    kind: Kind
    event: str
    """The event that started the run, by the names of `checker.actions.events`; empty when nobody can tell."""
    run: str
    """Address of the run."""
    conclusion: str
    """GitHub's word (`success`, `failure`, `skipped` …); empty while the step has not ended."""
    target: Destination | None = None
    tool: str = ""
    job: str = ""
    """The job's name as GitHub shows it."""
    step: str = ""
    """The step's name as GitHub shows it."""
    url: str = ""
    """Address of the job."""
    id: int = 0
    """The run's number at GitHub; 0 when unknown."""
    attempt: int = 1
    sha: str = ""
    """The run's commit: for a pull request its head."""
    ref: str = ""
    """The branch, or the tag that was pushed."""
    created: datetime | None = None
    """When the run was started first."""
    started: datetime | None = None
    """When the step was."""
    ended: datetime | None = None
    graded: bool = True
    """Whether it ran for the branch that is graded: on it, or for a pull request of it."""
    doubt: str = ""
    """Why `success` proves nothing: what swallows a failure, or that the step could not be told from others."""
    remark: str = ""
    """What a person should know of its event: the tag was moved, the pull request came from a fork."""
    destinations: tuple[str, ...] = ()
    """Image references, or the index's address, as the workflow gives them for this event."""

    @property
    def at(self) -> datetime | None:
        """When it ended."""
        return self.ended

    @property
    def address(self) -> str:
        """The page that shows it: the job's, else the run's."""
        return self.url or self.run


@dataclass(frozen=True, slots=True)
class Unseen:
    """A run whose jobs could not be seen."""

    run: str
    """Address of the run."""
    event: str
    why: str
    """In one sentence part."""
    kinds: tuple[Kind, ...] = ()
    """What today's workflow file would have done."""


@dataclass(frozen=True, slots=True)
class Executions:
    """What the runs that were looked at did, newest run first."""

    found: tuple[Execution, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    gaps: Mapping[Kind, str] = field(default_factory=dict)
    """Why others may have done a kind of thing: evidence that has expired, runs that were not read."""
    head: str = ""
    """The commit that is graded; empty when unknown."""
    now: datetime | None = None
    """The services' time; None when nobody knows."""

    def of(self, kind: Kind, *events: str) -> tuple[Execution, ...]:
        """Return what did one kind of thing, on one of some events or on any, newest run first."""
        return tuple(
            one for one in self.found if one.kind == kind and (not events or one.event in events)
        )

    def why_unseen(self, kind: Kind) -> str:
        """Return why there may be others of a kind that nobody can see; empty when there are none."""
        hidden = (one.why for one in self.unseen if kind in one.kinds or not one.kinds)
        return next(hidden, self.gaps.get(kind, ""))

    def with_(self, others: Executions, gap: str = "") -> Executions:
        """Return these and others that were looked at later, newest run first, none twice.

        `gap` says why there may be still others.
        """
        known = dict.fromkeys((*self.found, *others.found))
        found = sorted(known, key=lambda one: (-_seconds(one.created), -one.attempt))
        gaps = {**dict.fromkeys(KINDS, gap), **self.gaps} if gap else self.gaps
        return replace(self, found=tuple(found), unseen=self.unseen + others.unseen, gaps=gaps)


@dataclass(frozen=True)
class Reading:
    """What is needed to understand a run: the repository as it is, and the texts of other commits."""

    project: Project
    repository: Repository
    workflows: Workflows
    """As they are today: for runs whose own text could not be had."""
    redaction: Redaction
    runs: tuple[Run, ...] = ()
    _read: dict[object, tuple[Activities, Redaction]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _texts: dict[object, Workflows] = field(default_factory=dict, repr=False, compare=False)

    @property
    def default(self) -> str:
        """The branch homework is merged into."""
        return next(iter(self.repository.default_branches), "") or self.project.default_branch

    def at(self, record: Record) -> Workflows:
        """Return the workflows as they were at a run's commit, today's where nobody can tell."""
        if record.workflows is None:
            return self.workflows
        texts = tuple(sorted(record.workflows.items())[:MAX_TEXTS])
        if texts not in self._texts:
            files = _Overlay(self.repository.files, dict(texts))
            flows = tuple(
                read_workflow(path, text)
                for path, text in texts
                if path.startswith(f"{FOLDER}/") and path.endswith((".yml", ".yaml"))
            )
            self._texts[texts] = Workflows(replace(self.repository, files=files), flows)
        return self._texts[texts]

    def activities(self, flows: Workflows, cause: Cause, run: Run) -> tuple[Activities, Redaction]:
        """Return what the workflows would do on the event of a run, and what of it must not be printed."""
        names = Names(
            self.default,
            run.branch if cause.event in {"branch-push", "pull-request", "merge"} else "feature",
            cause.tag or "v1.2.3",
            self.repository.full_name or self.project.full_name,
            run.actor,
        )
        if names.branch == self.default:
            names = replace(names, branch="feature")
        events = (cause.event,) if cause.event else EVENTS
        key = (id(flows), names, events)
        if key not in self._read:
            found = activities_of(flows.repository, names, flows, events)
            tokens = {token.value for flow in flows.all for token in tokens_in(flow.lines)}
            written = redaction_of(found).secrets | self.redaction.secrets | tokens
            self._read[key] = found, Redaction(written)
        return self._read[key]


class _Overlay:
    """Today's files with the workflows of another commit."""

    def __init__(self, files: Files, texts: Mapping[str, str]) -> None:
        self._files = files
        self._texts = texts

    @property
    def paths(self) -> tuple[str, ...]:
        """All files in order."""
        others = (path for path in self._files.paths if not path.startswith(f"{FOLDER}/"))
        return tuple(sorted((*others, *self._texts)))

    def text(self, path: str) -> str | None:
        """Return a file's text, None when there is none to read."""
        path = path.removeprefix("./")
        return self._texts.get(path) if path.startswith(f"{FOLDER}/") else self._files.text(path)

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names of a folder's entries."""
        if folder.strip("/") != FOLDER:
            return self._files.names(folder)
        return tuple(sorted(path.rpartition("/")[2] for path in self._texts))


def executions_of(records: Iterable[Record], reading: Reading, now: datetime | None) -> Executions:
    """Return what runs did, as the workflow files of their own commits say and GitHub's jobs show."""
    found: list[Execution] = []
    unseen: list[Unseen] = []
    for record in sorted(records, key=lambda one: (one.run.created, one.run.attempt), reverse=True):
        flows = reading.at(record)
        flow = flows.by_path.get(record.run.workflow)
        cause = cause_of(record.run, reading.project, reading.default, flow, reading.runs)
        activities, redaction = reading.activities(flows, cause, record.run)
        ours = [one for one in activities.found if one.workflow == record.run.workflow]
        why = _unseen(record, now) if flow else "its workflow file cannot be read as it was then"
        if flow is None or why:
            kinds = tuple(dict.fromkeys(one.kind for one in ours))
            unseen.append(Unseen(record.run.url, cause.event, why, kinds))
            continue
        found += _of(record, flow, flows, ours, cause, redaction, reading)
    return Executions(tuple(found), tuple(unseen), head=reading.project.head, now=now)


def _unseen(record: Record, now: datetime | None) -> str:
    if record.jobs or record.run.status != "completed" or record.run.conclusion != "success":
        return ""
    if now and record.run.created < now - KEPT:
        return f"GitHub keeps what a run did for {KEPT.days} days, and it is older"
    return "GitHub shows no jobs of it"


def _of(
    record: Record,
    flow: Workflow,
    flows: Workflows,
    activities: Sequence[Activity],
    cause: Cause,
    redaction: Redaction,
    reading: Reading,
) -> Iterator[Execution]:
    run = record.run
    jobs = align(flow, flows, record.jobs)
    base = Execution(
        "lint",
        cause.event,
        run.url,
        "",
        id=run.id,
        attempt=run.attempt,
        sha=run.sha,
        ref=run.branch,
        created=run.created,
        graded=cause.concerns(run, reading.project.head, reading.repository.ref or reading.default),
        remark=cause.remark,
    )
    seen: set[object] = set()
    for activity in activities:
        made = jobs.get(activity.place.job, ())
        if not made and _is_due(activity, cause, record):
            made = (Made(model.Job(0, "", run.url, run.status, run.conclusion), {}),)
        for one in made:
            step = one.steps.get(activity.step)
            key = (activity.kind, activity.target, activity.tool, one.job.id, step and step.number)
            if key in seen:
                continue
            seen.add(key)
            places = activity.destinations.get(cause.event, ())
            yield replace(
                _ended(base, one.job, step, redaction),
                kind=activity.kind,
                target=activity.target,
                tool=activity.tool,
                job=redaction.clean(one.job.name),
                url=one.job.url,
                doubt=redaction.clean(_doubt(activity, one, step)),
                destinations=tuple(map(redaction.clean, places)),
            )


def _is_due(activity: Activity, cause: Cause, record: Record) -> bool:
    """Say whether a job that GitHub does not show yet will come, or never came because its run could not begin."""
    if record.run.status == "completed":
        return not record.jobs
    return bool(activity.on(cause.event) if cause.event else activity.on(*EVENTS))


def _doubt(activity: Activity, made: Made, step: model.Step | None) -> str:
    if activity.masked:
        return f"`{activity.masked}` swallows its failure"
    if activity.step and step is None and made.job.conclusion == "success":
        return "its step could not be told from the others of the job"
    return ""


def _ended(
    base: Execution, job: model.Job, step: model.Step | None, redaction: Redaction
) -> Execution:
    """Return how and when a step ended; its job speaks for a step that nobody tells of."""
    if step is None:
        return replace(base, conclusion=job.conclusion, started=job.started, ended=job.completed)
    told = replace(
        base, step=redaction.clean(step.name), started=step.started, conclusion=step.conclusion
    )
    if not step.conclusion and job.conclusion:  # the runner was lost before it told of the step
        return replace(told, conclusion=job.conclusion, ended=job.completed)
    return replace(told, ended=step.completed or job.completed)


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
