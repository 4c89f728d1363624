"""The states a repository can be in, each said in one sentence, with a token and without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from checker.evidence import Unavailable
from checker.http.failures import RateLimited
from checker.services.github import Snapshot, runs_of, snapshot
from checker.services.github.pages import PER_PAGE
from checker.target import Target
from tests.standins.github import GitHub, Repo
from tests.standins.server import Answer, Call

CI = "on: push\njobs: {check: {runs-on: ubuntu-latest, steps: [{run: pytest}]}}\n"
WORKFLOW = {".github/workflows/ci.yml": CI}


@pytest.fixture
def github() -> Iterator[GitHub]:
    with GitHub().running() as server:
        yield server


@pytest.fixture(params=["with a token", "without one"])
def look(request: pytest.FixtureRequest, github: GitHub) -> Callable[..., Snapshot]:
    """Return what describes a repository in either way; `remarks` leaves out what is said of the token."""

    def describe(name: str = "ivanova/hw", *, reads: tuple[str, ...] = ()) -> Snapshot:
        token = github.world.token(reads=reads) if request.param == "with a token" else ""
        return snapshot(Target(repository=name), github.door(token))

    return describe


def remarks(found: Snapshot) -> list[str]:
    return [one for one in found.project.remarks if "asked without a token" not in one]


@pytest.fixture
def homework(github: GitHub) -> Repo:
    return github.world.repository("ivanova/hw", WORKFLOW)


Look = Callable[..., Snapshot]


@pytest.mark.usefixtures("homework")
def test_of_an_ordinary_repository_nothing_is_said(look: Look) -> None:
    found = look()
    assert remarks(found) == []
    assert (found.project.full_name, found.project.owner) == ("ivanova/hw", "ivanova")
    assert found.repository.files.text(".github/workflows/ci.yml") == CI


def test_a_renamed_repository_is_found_and_said_so(look: Look, homework: Repo) -> None:
    homework.rename("ivanova/homework-5")
    found = look()
    assert found.project.full_name == "ivanova/homework-5"
    assert remarks(found) == [
        "ivanova/hw was renamed: it is ivanova/homework-5 now; mend the name in your list"
    ]


def test_a_repository_that_has_another_owner_is_found_and_said_so(
    look: Look, homework: Repo
) -> None:
    homework.rename("petrova/hw")
    assert remarks(look()) == [
        "ivanova/hw has moved: it is petrova/hw now; mend the name in your list"
    ]


@pytest.mark.usefixtures("homework")
def test_another_spelling_of_the_name_is_no_renaming(look: Look) -> None:
    found = look("Ivanova/HW")
    assert (remarks(found), found.project.full_name) == ([], "ivanova/hw")


def test_an_empty_repository_is_described_and_has_no_files(github: GitHub, look: Look) -> None:
    github.world.repository("ivanova/hw")
    found = look()
    assert remarks(found) == ["ivanova/hw is empty: nothing was pushed to it yet"]
    assert (found.project.default_branch, found.project.head) == ("", "")
    assert found.repository.files.paths == ()


@pytest.mark.parametrize("name", ["ivanova/nothing", "petrov/private"])
def test_a_missing_and_a_private_repository_look_the_same_and_both_are_said(
    github: GitHub, look: Look, name: str
) -> None:
    github.world.repository("petrov/private", WORKFLOW, private=True)
    with pytest.raises(Unavailable) as caught:
        look(name)
    assert f"GitHub has no repository {name}, or it is private" in str(caught.value)
    assert "check the spelling, or" in caught.value.remedy


def test_a_deleted_repository_is_missing(look: Look, homework: Repo) -> None:
    homework.delete()
    with pytest.raises(Unavailable, match="no repository ivanova/hw"):
        look()


def test_a_private_repository_is_read_with_a_token_that_may(github: GitHub) -> None:
    github.world.repository("petrov/private", WORKFLOW, private=True)
    token = github.world.token(reads=("petrov/private",))
    assert snapshot(Target(repository="petrov/private"), github.door(token)).project.private


def test_an_archived_repository_is_said(look: Look, homework: Repo) -> None:
    homework.archived = True
    found = look()
    assert found.project.archived
    assert remarks(found) == [
        "ivanova/hw is archived: nothing in it can be changed, and no workflow runs"
    ]


def test_a_disabled_repository_is_said(look: Look, homework: Repo) -> None:
    homework.disabled = True
    found = look()
    assert found.project.disabled
    assert "was disabled by GitHub" in remarks(found)[0]


@pytest.mark.parametrize("reason", ["dmca", "tos"])
def test_a_blocked_repository_is_unavailable(look: Look, homework: Repo, reason: str) -> None:
    homework.blocked = reason
    with pytest.raises(Unavailable, match="GitHub has blocked ivanova/hw"):
        look()


@pytest.mark.parametrize(
    ("reason", "said"),
    [("MOVING", "is being moved"), ("TRANSFERRING_OWNERSHIP", "transferred to another owner")],
)
def test_a_locked_repository_is_said(
    github: GitHub, homework: Repo, reason: str, said: str
) -> None:
    homework.locked = reason
    found = snapshot(Target(repository="ivanova/hw"), github.door())
    assert said in found.project.remarks[0]


def test_a_fork_is_said_and_what_that_means_for_its_workflows(look: Look, homework: Repo) -> None:
    homework.fork_of = "petrov/hw"
    found = look()
    assert found.project.fork_of == "petrov/hw"
    assert "is a fork of petrov/hw: GitHub runs no workflows in a fork until" in remarks(found)[0]


def test_a_template_is_said(look: Look, homework: Repo) -> None:
    homework.template = "course/template"
    found = look()
    assert found.project.template == "course/template"
    assert remarks(found) == ["ivanova/hw was made from the template course/template"]


def test_an_organisation_s_repository_has_its_id(github: GitHub, look: Look) -> None:
    github.world.repository("course-2026/ivanova", WORKFLOW, organization=True)
    project = look("course-2026/ivanova").project
    assert (project.owner, project.owner_id) == ("course-2026", github.world.user_id("course-2026"))


def test_switched_off_actions_make_runs_unavailable_and_not_none(
    github: GitHub, homework: Repo
) -> None:
    homework.actions = False
    with pytest.raises(Unavailable, match="has Actions switched off"):
        runs_of("ivanova/hw", github.door())


def test_more_branches_and_tags_than_are_read_are_said(look: Look, homework: Repo) -> None:
    for number in range(PER_PAGE + 10):
        homework.tag(f"v{number}")
        homework.branches[f"branch-{number:03}"] = homework.head().sha
    said = " ".join(remarks(look()))
    assert "branches were read" in said
    assert "100" in said
    assert "tags were read" in said


def test_an_organisation_that_wants_single_sign_on_says_what_to_do(github: GitHub) -> None:
    message = "Resource protected by organization SAML enforcement. Grant access to it."
    error = {"type": "FORBIDDEN", "path": ["repository"], "message": message}
    github.fail("/graphql", 200, content={"data": {"repository": None}, "errors": [error]})
    with pytest.raises(Unavailable, match="organization SAML enforcement"):
        snapshot(Target(repository="course/hw"), github.door())


def test_a_spent_limit_says_until_when(github: GitHub, look: Look) -> None:
    github.world.anonymous.limit = 0
    token = github.world.token()

    def spent(_: Call) -> Answer | None:
        github.world.tokens[token].limit = 0
        return None

    github.instead.append(spent)
    with pytest.raises(RateLimited, match="limit of requests is reached"):
        look()


@pytest.mark.usefixtures("homework")
def test_an_enterprise_server_is_asked_at_its_own_addresses() -> None:
    github = GitHub(prefix="/api/v3")
    github.world.repository("ivanova/hw", WORKFLOW).run()
    with github.running():
        door = github.door()
        assert snapshot(Target(repository="ivanova/hw"), door).project.head
        assert len(runs_of("ivanova/hw", door).all) == 1
        assert github.lines == ["POST /api/graphql", "GET /api/v3/repos/ivanova/hw/actions/runs"]
