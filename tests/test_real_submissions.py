"""What students really hand in: the patterns seen in homework, each with what is true of it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent, indent

import pytest
from pypi_simple import PYPI_SIMPLE_ENDPOINT

from checker.actions.activities import activities_of
from checker.actions.events import Names
from checker.grading import Grade, grade
from checker.report import markdown
from checker.rubric.scheme import default
from checker.rubric.verdict import Outcome, Verdict
from checker.services.naming import library_names
from checker.services.repository import Folder, Repository
from checker.target import Target

CI = ".github/workflows/ci.yml"
CHANGES = "[push, pull_request]"
TO_MASTER = "{pull_request: {branches: [master]}}"
TAGS = "{push: {tags: ['v*']}}"
PUBLISH = """
- uses: pypa/gh-action-pypi-publish@release/v1
  with: {password: "${{ secrets.PYPI_TOKEN }}"}
"""
LOGIN = """
- uses: docker/login-action@v3
  with: {username: "${{ secrets.DOCKERHUB_USERNAME }}", password: "${{ secrets.DOCKERHUB_TOKEN }}"}
"""


def workflow(on: str, *steps: str, job: str = "") -> str:
    """Return a workflow of one job; a step is one line of shell, or YAML that starts with `- `."""
    written = [
        step if step.lstrip().startswith("- ") else f"- run: |\n    {step}" for step in steps
    ]
    body = "\n".join(dedent(step).strip("\n") for step in written)
    head = f"on: {on}\njobs:\n  job:\n    runs-on: ubuntu-latest\n"
    return head + indent(dedent(job), "    ") + "    steps:\n" + indent(body, "      ") + "\n"


def graded(files: Mapping[str, str]) -> Grade:
    return grade(Target(folder="."), default(), repository=of(files))


def of(files: Mapping[str, str]) -> Repository:
    return Repository("student", Folder(files), full_name="student/homework")


def verdicts(files: Mapping[str, str]) -> dict[str, Verdict]:
    """Return the verdicts on a homework of these files, by criterion."""
    return {line.criterion.id: line.verdict for line in graded(files).lines}


def met(verdict: Verdict) -> bool:
    assert verdict.outcome in {Outcome.MET, Outcome.NOT_MET}, verdict
    return verdict.outcome is Outcome.MET


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=S", "-c", "user.email=s@example.org", "-c", "init.defaultBranch=master"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


# -- where the homework lies ----------------------------------------------------------------------------


@pytest.fixture
def on_a_branch(tmp_path: Path) -> Path:
    """Return a repository whose master holds two files and whose branch hw5 holds the homework."""
    (tmp_path / "README.md").write_text("Homework")
    git(tmp_path, "init", "-q")
    for branch, files in (
        ("master", {}),
        ("hw2", {}),
        ("hw5", {CI: workflow(CHANGES, "ruff check", "pytest")}),
    ):
        git(tmp_path, "checkout", "-q", "-B", branch)
        for name, text in {f"{branch}.txt": branch, **files}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-q", "-m", branch)
    git(tmp_path, "checkout", "-q", "master")
    return tmp_path


def test_homework_on_a_branch_is_found_and_the_branch_is_named(on_a_branch: Path) -> None:
    found = grade(Target(folder=str(on_a_branch)), default())
    assert found.ref == "hw5"
    assert (
        found.chosen == "the working tree has no workflows, and the branch `hw5` has: it is graded"
    )
    assert met(found.lines[0].verdict)


def test_the_branch_that_is_asked_for_is_graded_without_a_word(on_a_branch: Path) -> None:
    hw2 = grade(Target(folder=str(on_a_branch), ref="hw2"), default())
    hw5 = grade(Target(folder=str(on_a_branch), ref="hw5"), default())
    assert (hw2.chosen, hw5.chosen) == ("", "")
    assert (met(hw2.lines[0].verdict), met(hw5.lines[0].verdict)) == (False, True)


@pytest.mark.parametrize("folder", ["project_name", "hw2/x", "Домашняя работа"])
def test_workflows_in_a_projects_own_folder_are_never_read_by_github(folder: str) -> None:
    found = graded({f"{folder}/{CI}": workflow(CHANGES, "ruff check", "pytest")})
    assert not met(found.lines[0].verdict)
    assert "lies where GitHub never looks" in found.lines[0].verdict.reason
    (notice,) = found.notices
    quoted = f"'{folder}/.github/workflows'" if " " in folder else f"{folder}/.github/workflows"
    assert f"mkdir -p .github && git mv {quoted} .github/workflows" in notice.advice


PACKAGE = "[project]\nname = 'my-library'\nversion = '0.1.0'\n"
SUBFOLDERS = {
    "working-directory of the job": workflow(
        TO_MASTER, "python -m build", "twine upload dist/*", job="defaults: {run: {working-directory: hw2}}\n"
    ),
    "working-directory of the step": workflow(
        TO_MASTER, "- {run: python -m build, working-directory: hw2}", "- {run: twine upload dist/*, working-directory: hw2}"
    ),
    "the folder as a word": workflow(TO_MASTER, "python -m build hw2/", "twine upload hw2/dist/*"),
    "cd": workflow(TO_MASTER, "cd hw2 && python -m build && twine upload dist/*"),
    "packages-dir": workflow(
        TO_MASTER, "python -m build hw2/", "- {uses: pypa/gh-action-pypi-publish@release/v1, with: {packages-dir: hw2/dist}}"
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", SUBFOLDERS.values(), ids=SUBFOLDERS.keys())
def test_a_package_in_a_subfolder_is_built_and_published(text: str) -> None:
    files = {CI: text, "hw2/pyproject.toml": PACKAGE, "README.md": ""}
    found = verdicts(files)
    assert met(found["LIB1"])
    assert met(found["LIB2"])
    assert [one.normal for one in library_names(Folder(files))] == ["my-library"]


# -- what only looks as if it published --------------------------------------------------------------------

MOCKS = {
    "echo": ("echo 'uv publish --token x'", 'echo prints "uv publish --token x" and starts nothing'),
    "echo of a secret": (
        "echo \"twine upload dist/* -p ${{ secrets.PYPI_TOKEN }}\"",
        'echo prints "twine upload dist/* -p',
    ),
    "printf": ("printf 'twine upload dist/*\\n'", 'printf prints "twine upload dist/*'),
    "a step named so": ("- {name: Publish to PyPI, run: 'true'}", "nothing is published"),
    "the real one in a comment": ("true # uv publish", "nothing is published"),
    "if false": ("- {run: twine upload dist/*, if: false}", "`if: false` is false"),
    "no upload": ("twine check dist/*", "nothing is published"),
    "a dry run": ("uv publish --dry-run", "`uv publish --dry-run` uploads nothing"),
}  # fmt: skip


@pytest.mark.parametrize(("step", "said"), MOCKS.values(), ids=MOCKS.keys())
def test_mock_publishing_publishes_nothing_and_its_line_is_quoted(step: str, said: str) -> None:
    found = verdicts({CI: workflow(TO_MASTER, "uv build", step)})
    assert not met(found["LIB1"])
    assert said in found["LIB1"].reason
    assert met(found["LIB2"])


PUSH_FALSE = '- {uses: docker/build-push-action@v6, with: {push: false, tags: "me/app:${{ github.ref_name }}"}}'


@pytest.mark.parametrize(
    ("step", "said"),
    [
        pytest.param(
            PUSH_FALSE,
            "push: false builds the image and keeps it on the runner",
            id="push is false",
        ),
        pytest.param(
            PUSH_FALSE.replace("push: false, ", ""),
            "push: false builds the image and keeps it on the runner",
            id="push is not given",
        ),
        pytest.param(
            '- {name: Mock Docker push, run: "echo docker push me/app:1"}',
            'echo prints "docker push me/app:1"',
            id="echo",
        ),
        pytest.param(
            "docker build -t me/app:1 . # docker push me/app:1", "nothing is pushed", id="a comment"
        ),
    ],
)
def test_mock_pushing_pushes_nothing_and_its_line_is_quoted(step: str, said: str) -> None:
    found = verdicts({CI: workflow(TAGS, LOGIN, step)})["IMG1"]
    assert not met(found)
    assert said in found.reason
    real = step.replace("push: false", "push: true").replace("echo ", "").replace(" # ", " && ")
    if real != step:
        assert met(verdicts({CI: workflow(TAGS, LOGIN, real)})["IMG1"])


# -- where a library goes ----------------------------------------------------------------------------------

DEVELOPMENT = (
    'sed -i "s/^version = .*/version = \\"0.1.0.dev${GITHUB_RUN_NUMBER}\\"/" pyproject.toml'
)
TEST_INDEX = f"https://test.{PYPI_SIMPLE_ENDPOINT.split('/')[2]}/legacy/"
TEST_PYPI = (
    f"- {{uses: pypa/gh-action-pypi-publish@release/v1, with: {{repository-url: {TEST_INDEX}}}}}"
)
TEST_UPLOADS = {
    "the action": TEST_PYPI,
    "twine by name": "twine upload -r testpypi dist/*",
    "twine by address": f"twine upload --repository-url {TEST_INDEX} dist/*",
    "uv": f"uv publish --publish-url {TEST_INDEX}",
    "poetry": f"poetry config repositories.testpypi {TEST_INDEX} && poetry publish -r testpypi",
}


@pytest.mark.parametrize("upload", TEST_UPLOADS.values(), ids=TEST_UPLOADS.keys())
def test_test_pypi_on_a_pull_request_is_a_reasonable_answer(upload: str) -> None:
    found = verdicts({CI: workflow(TO_MASTER, DEVELOPMENT, "python -m build", upload)})
    assert met(found["LIB1"])
    assert "TestPyPI on a pull request" in found["LIB1"].reason
    assert found["LIB1"].notes[0] == "TestPyPI is accepted by this rubric"


def test_github_has_no_python_registry() -> None:
    upload = "twine upload --repository-url https://pip.pkg.github.com/me dist/*"
    found = verdicts({CI: workflow(TO_MASTER, "python -m build", upload)})
    assert not met(found["LIB1"])
    assert (
        "GitHub Packages, which takes no Python packages: it always fails" in found["LIB1"].reason
    )
    assert upload in found["LIB1"].seen[0].text


def test_another_index_is_not_pypi() -> None:
    upload = "twine upload --repository-url https://pypi.example.org/legacy/ dist/*"
    found = verdicts({CI: workflow(TO_MASTER, "python -m build", upload)})
    assert not met(found["LIB1"])
    assert "pypi.example.org" in found["LIB1"].reason


def test_a_build_that_is_never_uploaded_is_a_build() -> None:
    artifact = "- {uses: actions/upload-artifact@v4, with: {path: dist/}}"
    found = verdicts({CI: workflow(TO_MASTER, "python -m build", artifact)})
    assert (met(found["LIB1"]), met(found["LIB2"])) == (False, True)
    assert found["LIB2"].notes == ("nothing is published after it",)


def test_a_condition_on_the_repository_itself_holds_and_is_said() -> None:
    own = "if: ${{ github.event.pull_request.head.repo.full_name == github.repository }}\n"
    found = verdicts({CI: workflow(TO_MASTER, "python -m build", PUBLISH, job=own)})["LIB1"]
    assert met(found)
    assert "its `if` leaves forks out" in found.notes[0]
    other = verdicts(
        {CI: workflow(TO_MASTER, "python -m build", PUBLISH, job=own.replace("==", "!="))}
    )
    assert not met(other["LIB1"])


# -- lint and tests ------------------------------------------------------------------------------------------

STRICT, WIDE = "flake8 . --select=E9,F63,F7,F82", "flake8 . --exit-zero --max-line-length=127"


def test_flake8_strict_and_then_with_exit_zero_stops_the_build() -> None:
    found = verdicts({CI: workflow(CHANGES, STRICT, WIDE, "pytest")})
    assert met(found["CI3"])
    assert found["CI1"].notes == ("only the rules E9,F63,F7,F82",)
    assert found["CI3"].notes == (f"flake8 in {CI}:9 cannot fail: `--exit-zero`",)
    assert not met(verdicts({CI: workflow(CHANGES, WIDE, "pytest")})["CI3"])


def test_a_score_and_a_narrow_check_count_and_are_said() -> None:
    found = verdicts(
        {CI: workflow(CHANGES, "pylint --fail-under=8.0 src/train.py src/model.py", "pytest")}
    )
    assert met(found["CI1"])
    assert met(found["CI3"])
    assert found["CI1"].notes == ("passes with a score of 8.0 of 10; checks 2 files only",)


def test_a_star_takes_no_branch_with_a_slash() -> None:
    files = {CI: workflow("{push: {branches: ['*'], tags: ['v*']}}", "ruff check", "pytest")}
    found = verdicts(files)
    assert met(found["CI1"])
    assert (
        "`*` takes no branch with a `/` in its name, such as `feature/x`" in found["CI1"].notes[0]
    )
    for branch, answer in (("develop", "yes"), ("feature/x", "depends")):
        answers = activities_of(of(files), Names(branch=branch)).found
        assert {one.on("branch-push").value for one in answers} == {answer}
    wide = verdicts({CI: files[CI].replace("'*'", "'**'")})
    assert wide["CI1"].notes == ()


def test_workflows_that_are_almost_the_same_give_one_verdict_with_the_best_evidence() -> None:
    found = verdicts(
        {
            ".github/workflows/a-lint.yml": workflow(CHANGES, "ruff check || true"),
            ".github/workflows/comprehensive.yml": workflow(CHANGES, "ruff check", "pytest"),
            ".github/workflows/tests.yml": workflow("push", "pytest"),
        }
    )
    assert all(met(found[id]) for id in ("CI1", "CI2", "CI3", "CI4"))
    assert {seen.file for id in ("CI1", "CI2") for seen in found[id].seen} == {
        ".github/workflows/comprehensive.yml"
    }
    assert found["CI1"].reason == "ruff runs on every push and pull request (and in 1 more place)"


# -- the image's tag -------------------------------------------------------------------------------------------

STEP = 'echo "tag={}" >> $GITHUB_OUTPUT'
IMAGE_TAGS = {
    "the name of the ref": ("true", "${{ github.ref_name }}"),
    "a step's output from the ref": (STEP.format("${GITHUB_REF#refs/tags/}"), "${{ steps.vars.outputs.tag }}"),
    "a step's output from its name": (STEP.format("${GITHUB_REF_NAME}"), "${{ steps.vars.outputs.tag }}"),
    "without the v": (STEP.format("${GITHUB_REF_NAME#v}"), "${{ steps.vars.outputs.tag }}"),
    "cut by cut": ("echo tag=$(echo $GITHUB_REF | cut -d/ -f3) >> $GITHUB_OUTPUT", "${{ steps.vars.outputs.tag }}"),
    "the old command": ('echo "::set-output name=tag::${GITHUB_REF##*/}"', "${{ steps.vars.outputs.tag }}"),
    "a variable": ('echo "TAG=${GITHUB_REF/refs\\/tags\\//}" >> $GITHUB_ENV', "${{ env.TAG }}"),
}  # fmt: skip


@pytest.mark.parametrize("how", ["the action", "the command"])
@pytest.mark.parametrize(("step", "tag"), IMAGE_TAGS.values(), ids=IMAGE_TAGS.keys())
def test_an_images_tag_follows_through_outputs_and_shell(step: str, tag: str, how: str) -> None:
    name = f"${{{{ secrets.DOCKERHUB_USERNAME }}}}/app:{tag}"
    push = (
        f'- {{uses: docker/build-push-action@v6, with: {{push: true, tags: "{name}"}}}}'
        if how == "the action"
        else f"docker build -t {name} . && docker push {name}"
    )
    made = f"- id: vars\n  run: |\n    {step}\n"
    found = verdicts({CI: workflow(TAGS, LOGIN, made, push), "Dockerfile": "FROM x\n"})
    assert met(found["IMG1"])
    assert met(found["IMG2"])
    assert met(found["IMG3"]), found["IMG3"].reason
    assert "tag v1.2.3 gives the image's tag" in found["IMG3"].reason


def test_latest_follows_no_tag() -> None:
    push = '- {uses: docker/build-push-action@v6, with: {push: true, tags: "me/app:latest"}}'
    found = verdicts({CI: workflow(TAGS, LOGIN, push)})
    assert (met(found["IMG1"]), met(found["IMG3"])) == (True, False)
    assert "the image's tag is `latest`, whatever tag is pushed" in found["IMG3"].reason


# -- what lies beside the homework -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "packages"), [("venv", 30), (".venv", 1), ("env", 1), ("my environment", 1)]
)
def test_a_committed_virtual_environment_counts_for_nothing(
    tmp_path: Path, name: str, packages: int
) -> None:
    installed = tmp_path / name / "lib" / "python3.12" / "site-packages"
    others = {
        "thing/.github/workflows/ci.yml": workflow(CHANGES, "ruff check", "pytest"),
        "thing/setup.py": "from setuptools import setup\nsetup(name='thing')\n",
        "thing/pyproject.toml": PACKAGE,
        "thing/Makefile": "test:\n\tpytest\n",
    }
    for number in range(packages):
        for file, text in others.items():
            path = installed / f"package{number}" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for module in range(100):
            (installed / f"package{number}" / f"module{module}.py").write_text("")
    (tmp_path / name / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (tmp_path / "README.md").write_text("Homework")
    found = grade(Target(folder=str(tmp_path)), default())
    assert found.points == 0
    assert [notice.text for notice in found.notices] == ["There are no workflows yet."]


ODD: dict[str, bytes] = {
    "README.md": "Домашняя работа".encode("cp1251"),
    "NOTES.txt": "Заметки".encode("utf-16"),
    "src/ход работы.py": b"print()\r\n",
    "data/a:b+c.csv": b"1;2\r\n",
    "requirements.txt": "pytest\r\n".encode("utf-16"),
    "setup.cfg": "[metadata]\nname = имя\n".encode("cp1251"),
    "Makefile": "# Проверка\r\ncheck:\r\n\truff check\r\n\tpytest\r\n".encode("cp1251"),
}


def test_odd_encodings_line_ends_and_names_are_read_without_mojibake(tmp_path: Path) -> None:
    steps = ("- {name: Проверка кода, run: make check}",)
    flow = workflow(CHANGES, *steps).replace("jobs:", "name: Проверки\njobs:").replace("\n", "\r\n")
    for name, data in {**ODD, ".github/workflows/проверки.yml": flow.encode()}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    found = grade(Target(folder=str(tmp_path)), default())
    assert met(found.lines[0].verdict)
    assert met(found.lines[1].verdict)
    report = markdown.report(found)
    assert ".github/workflows/проверки.yml" in report
    assert "Проверка кода" in report
    assert "\ufffd" not in report


def test_no_workflows_at_all_is_a_kind_first_step() -> None:
    found = graded({"main.py": "print()", "README.md": "Homework"})
    (notice,) = found.notices
    assert notice.text == "There are no workflows yet."
    assert notice.advice.startswith("That is where everybody starts.")
    assert f"`{CI}`" in notice.advice
