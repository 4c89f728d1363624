"""Activities and workflows made by hand, for tests of what judges and shows them."""

from __future__ import annotations

from dataclasses import replace

from checker.actions.activity import Activities, Activity, Kind, Missed, NearMiss, Place
from checker.actions.activity import Target as Destination
from checker.actions.answer import YES, Answer, no
from checker.actions.events import EVENTS
from checker.actions.syntax import Job, Workflow
from checker.actions.workflows import Stray, Workflows
from checker.grading import Grade, grade
from checker.rubric.scheme import Rubric, default
from checker.services.repository import Folder, Repository
from checker.target import Target

CI = ".github/workflows/ci.yml"
PUBLISH = ".github/workflows/publish.yml"
IMAGE = ".github/workflows/image.yml"

EVERY_CHANGE = "push branch-push pull-request merge"


def activity(
    kind: Kind,
    tool: str,
    on: str = EVERY_CHANGE,
    *,
    target: Destination | None = None,
    file: str = CI,
    line: int = 10,
    job: str = "check",
    answers: dict[str, Answer] | None = None,
    seen: str = "",
    **more: object,
) -> Activity:
    """Return an activity that runs on the events named in `on`, and certainly not on others."""
    events = {name: YES if name in on.split() else no(f"`on` has no {name}") for name in EVENTS}
    return Activity(
        kind,
        tool,
        target,
        Place(file, line, job, f"Run {tool}"),
        seen or f"- run: {tool}",
        {**events, **(answers or {})},
        **more,  # type: ignore[arg-type]
    )


def missed(kind: Kind, why: str, seen: str = "", line: int = 9) -> Missed:
    """Return something that only looks like an activity."""
    return Missed(NearMiss(kind, why), Place(CI, line, "check", "Run"), seen)


def workflows(
    *files: str, needs: dict[str, tuple[str, ...]] | None = None, stray: tuple[str, ...] = ()
) -> Workflows:
    """Return workflows with these paths, each with jobs that need each other as told."""
    jobs = {id: Job(id, 5, needs=before) for id, before in (needs or {}).items()}
    return Workflows(
        Repository("homework", Folder({})),
        tuple(Workflow(path, jobs=jobs) for path in files or (CI, PUBLISH, IMAGE)),
        tuple(Stray(path, f".github/workflows/{path.rpartition('/')[2]}") for path in stray),
    )


def everything() -> Activities:
    """Return the activities of a homework that meets all that files can meet."""
    return Activities(
        (
            activity("lint", "ruff", seen="- run: ruff check .", line=17),
            activity("test", "pytest", seen="- run: pytest", line=18),
            activity("build", "build", "push merge", file=PUBLISH, line=20, job="publish"),
            activity(
                "publish",
                "pypa/gh-action-pypi-publish",
                "push merge",
                target="pypi",
                file=PUBLISH,
                line=21,
                job="publish",
                id_token=True,
            ),
            activity(
                "registry-login",
                "docker/login-action",
                "tag",
                target="dockerhub",
                file=IMAGE,
                line=15,
                job="image",
                credential="⟦secrets.DOCKERHUB_TOKEN⟧",
            ),
            activity(
                "image-push",
                "docker/build-push-action",
                "tag",
                target="dockerhub",
                file=IMAGE,
                line=24,
                job="image",
                destinations={"tag": ("⟦secrets.DOCKERHUB_USERNAME⟧/homework:1.2.3",)},
            ),
        )
    )


def mixed() -> Activities:
    """Return the activities of a homework with a fault of each common kind."""
    whole = everything()
    return Activities(
        (
            activity(
                "lint",
                "flake8",
                masked="--exit-zero",
                via=("make lint", "flake8 --exit-zero src"),
                line=14,
                seen="- run: make lint",
            ),
            whole.found[1],
            activity(
                "publish",
                "twine",
                "tag release",
                target="pypi",
                credential="visibly-fake",
                file=PUBLISH,
                line=22,
                job="publish",
                seen="twine upload dist/*",
            ),
            replace(whole.found[-1], destinations={"tag": ("me/app:latest",)}),
        ),
        (missed("publish", 'echo prints "uv publish" and starts nothing', 'echo "uv publish"'),),
    )


def graded(
    activities: Activities,
    *,
    name: str = "homework",
    flows: Workflows | None = None,
    rubric: Rubric | None = None,
    **given: object,
) -> Grade:
    """Return the grade of a homework with these activities."""
    return grade(
        Target(folder="."),
        rubric or default(),
        repository=Repository(name, Folder({})),
        activities=activities,
        workflows=flows or workflows(),
        **given,
    )


def no_workflows() -> Workflows:
    """Return the workflows of a repository that has none."""
    return Workflows(Repository("homework", Folder({})))
