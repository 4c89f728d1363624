"""What a teacher should look at and what costs no points: forks, others' artefacts, tokens in files, moved tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from checker.actions.tokens import tokens_in
from checker.actions.workflows import Workflows
from checker.chain import Library, Listing, Pushed
from checker.evidence import needs
from checker.rubric.notices import Notice
from checker.rubric.verdict import Seen
from checker.services.github.model import Project
from checker.services.homework import Homework

_MOST = 20


def remarks(project: Project) -> tuple[Notice, ...]:
    """Return what GitHub says of the repository as a whole: renamed, archived, read in part."""
    return tuple(Notice(remark, "") for remark in project.remarks[:_MOST])


def fork(project: Project) -> tuple[Notice, ...]:
    """Return that the repository is a fork of another one."""
    if not project.fork_of:
        return ()
    text = f"The repository is a fork of `{project.fork_of}`."
    advice = "Compare the two when the homework was to be one's own."
    return (Notice(text, advice, (Seen("the repository", url=project.url),), is_flag=True),)


def foreign_package(library: Library) -> tuple[Notice, ...]:
    """Return the package that belongs to somebody else."""
    return _foreign("package", library.listings)


def foreign_image(pushed: Pushed) -> tuple[Notice, ...]:
    """Return the image that belongs to somebody else."""
    return _foreign("image", pushed.listings)


def _foreign(what: str, listings: tuple[Listing, ...]) -> tuple[Notice, ...]:
    if any(one.tie for one in listings):
        return ()
    return tuple(
        Notice(
            f"The {what} `{one.name}` on {one.place} belongs to somebody else: {one.foreign}.",
            "It earns nothing. Choose a name of your own and publish under it.",
            (Seen(one.name, url=one.url),),
            is_flag=True,
        )
        for one in listings[:_MOST]
        if one.foreign
    )


def written_token(workflows: Workflows) -> tuple[Notice, ...]:
    """Return the workflow files in which tokens stand; a token is never shown."""
    found = []
    for flow in workflows.all:
        if tokens := tokens_in(flow.lines):
            services = " and ".join(dict.fromkeys(token.service for token in tokens))
            found.append(
                Notice(
                    f"What looks like a token of {services} stands in `{flow.path}`.",
                    "Revoke it now: it stays in the history when the line is gone. Then use a secret.",
                    tuple(Seen(token.shown, flow.path, token.line) for token in tokens[:3]),
                    is_flag=True,
                )
            )
    return tuple(found[:_MOST])


def moved_tag(pushed: Pushed) -> tuple[Notice, ...]:
    """Return the git tags that point elsewhere than when their run was started."""
    return tuple(
        Notice(
            f"{note[:1].upper()}{note[1:]}.",
            "A tag names one commit for good: push a new one instead of moving it.",
            is_flag=True,
        )
        for note in pushed.moved[:_MOST]
    )


def statements(homework: Homework) -> tuple[Notice, ...]:
    """Return the lines of `homework.yml` that cannot be used."""
    return tuple(
        Notice(
            f"A line of `{problem.file}` cannot be used: {problem.reason}.",
            "Mend it, or take it out; the other lines count.",
            (Seen("", problem.file, problem.line),),
        )
        for problem in homework.problems
    )


FLAGS: tuple[Callable[..., tuple[Notice, ...]], ...] = (
    remarks,
    fork,
    foreign_package,
    foreign_image,
    written_token,
    moved_tag,
    statements,
)
"""All of them, in the order of reports. What cannot be had raises no flag."""

_AT_HAND = frozenset(("project", "workflows", "homework"))
"""Evidence that every grade has."""


def flags_of(
    asked: Iterable[Callable[..., object]],
) -> tuple[Callable[..., tuple[Notice, ...]], ...]:
    """Return the flags that need nothing that is not asked for anyway."""
    made = _AT_HAND.union(*(needs(function) for function in asked))
    return tuple(flag for flag in FLAGS if made.issuperset(needs(flag)))
