"""What a teacher should look at and what costs no points: forks, others' artefacts, tokens in files, moved tags."""

from __future__ import annotations

from checker.actions.tokens import tokens_in
from checker.actions.workflows import Workflows
from checker.chain import Library, Listing, Pushed
from checker.evidence import Unavailable
from checker.rubric.notices import Notice
from checker.rubric.verdict import Seen
from checker.services.github.model import Project
from checker.services.homework import Homework

_MOST = 20


def remarks(project: Project | Unavailable) -> tuple[Notice, ...]:
    """Return what GitHub says of the repository as a whole: renamed, archived, read in part."""
    if isinstance(project, Unavailable):
        return ()
    return tuple(Notice(remark, "") for remark in project.remarks[:_MOST])


def fork(project: Project | Unavailable) -> tuple[Notice, ...]:
    """Return that the repository is a fork of another one."""
    if isinstance(project, Unavailable) or not project.fork_of:
        return ()
    text = f"The repository is a fork of `{project.fork_of}`."
    advice = "Compare the two when the homework was to be one's own."
    return (Notice(text, advice, (Seen("the repository", url=project.url),), is_flag=True),)


def foreign(library: Library | Unavailable, pushed: Pushed | Unavailable) -> tuple[Notice, ...]:
    """Return the packages and images that belong to somebody else."""
    found: list[tuple[str, Listing]] = []
    if isinstance(library, Library) and not any(one.tie for one in library.listings):
        found += (("package", one) for one in library.listings if one.foreign)
    if isinstance(pushed, Pushed) and not any(one.tie for one in pushed.listings):
        found += (("image", one) for one in pushed.listings if one.foreign)
    return tuple(
        Notice(
            f"The {what} `{one.name}` on {one.place} belongs to somebody else: {one.foreign}.",
            "It earns nothing. Choose a name of your own and publish under it.",
            (Seen(one.name, url=one.url),),
            is_flag=True,
        )
        for what, one in found[:_MOST]
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


def moved_tag(pushed: Pushed | Unavailable) -> tuple[Notice, ...]:
    """Return the git tags that point elsewhere than when their run was started."""
    if isinstance(pushed, Unavailable):
        return ()
    return tuple(
        Notice(
            f"{note[:1].upper()}{note[1:]}.",
            "A tag names one commit for good: push a new one instead of moving it.",
            is_flag=True,
        )
        for note in pushed.moved[:_MOST]
    )


def statements(homework: Homework | Unavailable) -> tuple[Notice, ...]:
    """Return the lines of `homework.yml` that cannot be used."""
    if isinstance(homework, Unavailable):
        return ()
    return tuple(
        Notice(
            f"A line of `{problem.file}` cannot be used: {problem.reason}.",
            "Mend it, or take it out; the other lines count.",
            (Seen("", problem.file, problem.line),),
        )
        for problem in homework.problems
    )


FLAGS = (remarks, fork, foreign, written_token, moved_tag, statements)
"""All of them, in the order of reports."""
