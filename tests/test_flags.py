"""What a teacher should look at is said once, costs nothing, and shows no token."""

from __future__ import annotations

import random
import string

import pytest

from checker import grade
from checker.actions.syntax import read_workflow
from checker.actions.tokens import tokens_in
from checker.actions.workflows import Workflows
from checker.rubric import flags
from checker.rubric.scheme import default
from checker.services.homework import read
from checker.services.repository import Folder, Repository
from tests import past
from tests.past import image_tag, on_hub, on_pypi, project, release
from tests.samples import CI

CHARACTERS = string.ascii_letters + string.digits


def made(prefix: str, length: int, characters: str = CHARACTERS) -> str:
    """Return a text in the shape of a token; nothing in this file has that shape."""
    dice = random.Random(7)
    return prefix + "".join(dice.choice(characters) for _ in range(length))


TOKENS = [
    ("GitHub", made("gh" + "p_", 36)),
    ("GitHub", made("github" + "_pat_", 22) + made("_", 59)),
    ("PyPI", made("pypi-" + "AgEIcHlwaS5vcmc", 90)),
    ("PyPI", made("pypi-" + "AgENdGVzdC5weXBpLm9yZ", 90)),
    ("Docker Hub", made("dckr" + "_pat_", 27)),
    ("GitLab", made("glp" + "at-", 20)),
    ("AWS", made("AK" + "IA", 16, string.ascii_uppercase)),
    ("Google", made("AI" + "za", 35)),
    ("Hugging Face", made("h" + "f_", 34, string.ascii_letters)),
    ("npm", made("np" + "m_", 36)),
    ("Slack", made("xo" + "xb-", 40, string.digits)),
    ("Telegram", made("123456789:" + "AA", 33)),
]


@pytest.mark.parametrize(
    ("service", "token"), TOKENS, ids=[f"{one} {n}" for n, (one, _) in enumerate(TOKENS)]
)
def test_a_token_is_known_by_its_shape(service: str, token: str) -> None:
    (found,) = tokens_in(["on: push", f"  run: twine upload -p '{token}'"])
    assert (found.service, found.line, found.value) == (service, 2, token)
    assert token not in repr(found)
    assert found.shown == token[:3] + "…"


@pytest.mark.parametrize(
    "line",
    [
        "password: ${{ secrets.PYPI_TOKEN }}",
        "password: pypi-AgEIcHlwaS5vcmc…",
        "token: gh" + "p_" + "x" * 36,
        "sha: " + "0123456789abcdef" * 4,
        "uses: actions/checkout@" + "8e8c483db84b4bee98b60c0593521ed34d9990e8",
        "hf_hub_download",
    ],
    ids=["a secret", "cut short", "a placeholder", "a digest", "a pinned action", "a name"],
)
def test_what_only_looks_a_little_like_one_is_none(line: str) -> None:
    assert tokens_in([line]) == ()


def test_a_file_of_nothing_but_tokens_comes_to_an_end() -> None:
    assert len(tokens_in([" ".join([TOKENS[0][1]] * 100)] * 100)) == 100


def test_a_token_in_a_workflow_is_flagged_and_never_shown() -> None:
    token = TOKENS[0][1]
    flow = read_workflow(
        CI, f"on: push\nenv: {{A: {token}}}\njobs: {{a: {{runs-on: x, steps: [{{run: make}}]}}}}"
    )
    (flag,) = flags.written_token(Workflows(Repository("hw", Folder({})), (flow,)))
    assert flag.is_flag
    assert (flag.seen[0].file, flag.seen[0].line, flag.seen[0].text) == (CI, 2, "ghp…")
    assert token not in repr(flag)


def test_a_token_in_a_folders_workflow_reaches_no_report(tmp_path: object) -> None:
    folder = tmp_path / ".github" / "workflows"  # type: ignore[operator]
    folder.mkdir(parents=True)
    token = TOKENS[4][1]
    (folder / "ci.yml").write_text(
        f"on: push\njobs: {{a: {{runs-on: x, steps: [{{run: 'pytest --token {token}'}}]}}}}\n"
    )
    found = grade(tmp_path)  # type: ignore[arg-type]
    assert "What looks like a token of Docker Hub" in repr(found.notices)
    assert token not in repr(found.as_json())
    assert "pytest --token dck…" in repr(found.as_json())


def test_a_fork_is_flagged_and_a_repository_of_ones_own_is_not() -> None:
    (flag,) = flags.fork(project(fork_of="you/hw"))
    assert flag.text == "The repository is a fork of `you/hw`."
    assert flags.fork(project(template="course/template")) == ()


FOREIGN = {"tie": "", "foreign": "it is older"}


def test_what_belongs_to_somebody_else_is_flagged() -> None:
    (package,) = flags.foreign_package(past.library(on_pypi(release(), **FOREIGN)))
    assert package.text == "The package `hw` on PyPI belongs to somebody else: it is older."
    (image,) = flags.foreign_image(past.pushed(on_hub(image_tag(), **FOREIGN)))
    assert image.text == "The image `me/hw` on Docker Hub belongs to somebody else: it is older."


def test_what_is_ones_own_anywhere_is_not_flagged() -> None:
    there = past.library(on_pypi(release(), **FOREIGN), on_pypi(release(), place="TestPyPI"))
    assert flags.foreign_package(there) == ()
    assert flags.foreign_image(past.pushed(on_hub(image_tag()))) == ()


def test_no_service_is_asked_for_the_sake_of_a_flag() -> None:
    def asked(*ids: str) -> set[str]:
        functions = [one.function for one in default().only(ids).criteria]
        return {flag.__name__ for flag in flags.flags_of(functions)}

    always = {"remarks", "fork", "written_token", "statements"}
    assert asked("CI1") == always
    assert asked("LIB5") == {*always, "foreign_package"}
    assert asked("LIB5", "IMG5") == {flag.__name__ for flag in flags.FLAGS}


def test_a_tag_that_was_moved_is_flagged() -> None:
    (flag,) = flags.moved_tag(past.pushed(moved=("the tag `v1` pointed at a then",)))
    assert flag.text == "The tag `v1` pointed at a then."
    assert flags.moved_tag(past.pushed()) == ()


def test_what_github_says_of_the_repository_is_passed_on() -> None:
    (notice,) = flags.remarks(project(remarks=("it was renamed",)))
    assert (notice.text, notice.is_flag) == ("it was renamed", False)
    assert flags.remarks(project()) == ()


def test_a_line_of_homework_yml_that_cannot_be_used_is_said() -> None:
    (notice,) = flags.statements(read("package: my-lib\nimge: a/b\n"))
    assert (notice.seen[0].file, notice.seen[0].line) == ("homework.yml", 2)
    assert flags.statements(read("package: my-lib\n")) == ()
