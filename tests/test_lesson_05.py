"""Lesson 05 beyond its proofs: right answers that look otherwise, wrong ones that students really give, and hostile ones."""

from __future__ import annotations

import os
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pypi_simple import PYPI_SIMPLE_ENDPOINT

from checker.actions.events import Names
from checker.workbook import Lab, distributions, versions
from checker.workbook.exercise import Attempt
from checker.workbook.lessons import n05_publish_a_library as lesson
from checker.workbook.outcome import Outcome
from checker.workbook.pictures import shelves
from checker.workbook.publishing import closed_unmerged
from checker.workbook.texts import LANGUAGES, catalogue

SLUG = "05_publish_a_library"
NAME = "campfire-petrov-ivan"
STEM = "campfire_petrov_ivan"
LIBRARY = ("campfire/__init__.py", "campfire/centroids.py")
README = "\n# campfire\n"
COMPLETE = (
    "Summary: A classifier.\nLicense-Expression: MIT\nRequires-Python: >=3.11\n"
    "Project-URL: Repository, https://github.com/petrov-ivan/homework\n"
    "Description-Content-Type: text/markdown\n"
)


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    text: str = ""
    status: int = 0


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Attempt:
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path / "work"))
    return Attempt(Lab(SLUG))


def told(id: str, outcome: Outcome) -> str:
    """Return an outcome's words, which both languages have."""
    kind, reason = outcome.kind, outcome.reason
    if kind == "unattempted":
        return ""
    keys = (id, "correct") if kind == "correct" else (id, kind, reason)
    for language in LANGUAGES:
        said = catalogue(SLUG, language).message(*keys, **outcome.facts).text
        assert said
    return said


# Workflows

HEAD = "name: P\non:\n{on}\njobs:\n"
MERGED = "  pull_request:\n    types: [closed]\n    branches: [main, master]\n"
IF = "    if: github.event.pull_request.merged\n"
PUSH = "  push:\n    branches: [main]\n"
GET = "      - uses: actions/checkout@v7\n"
BUILD = "      - run: pipx run build\n"
SEND = "      - uses: pypa/gh-action-pypi-publish@release/v1\n"
TOKEN = "        with:\n          password: ${{ secrets.PYPI_TOKEN }}\n"
RIGHT = dict(lesson.SECOND_PUSH)
PYPI = urlsplit(PYPI_SIMPLE_ENDPOINT).hostname


def flow(*steps: str, on: str = MERGED, job: str = IF, head: str = "") -> str:
    return f"{HEAD.format(on=on)}  publish:\n{job}    runs-on: ubuntu-latest\n    steps:\n{''.join(steps)}{head}"


def run(*lines: str, env: str = "") -> str:
    script = "".join(f"          {line}\n" for line in lines)
    return f"      - run: |\n{script}{env}"


def judged(at: Attempt, text: str, check: str = "q5", **files: str) -> Outcome:
    folder = at.lab.homework
    at.lab.write(".github/workflows/publish.yml", text)
    for name, content in files.items():
        path = name.replace("__", "/").replace("_yml", ".yml")
        at.lab.write(path, content, folder=folder)
    return lesson.workflow(at, text, RIGHT) if check == "q5" else lesson.trusted(at, text)


def env(name: str) -> str:
    return f"        env:\n          {name}: ${{{{ secrets.PYPI_TOKEN }}}}\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(flow(GET, BUILD, SEND, TOKEN, on=PUSH, job=""), id="the push of a merge"),
        pytest.param(flow(GET, BUILD, SEND, TOKEN, on="  pull_request:\n", job=""), id="the pull request itself"),
        pytest.param(
            flow(GET, run("python -m build", "twine upload dist/*", env=env("TWINE_PASSWORD"))),
            id="twine by hand",
        ),
        pytest.param(
            flow(GET, run("pip install poetry", "poetry publish --build", env=env("POETRY_PYPI_TOKEN_PYPI"))),
            id="poetry",
        ),
        pytest.param(
            flow(GET, "      - uses: astral-sh/setup-uv@v8\n", run("uv build", "uv publish", env=env("UV_PUBLISH_TOKEN"))),
            id="uv",
        ),
        pytest.param(
            flow(GET, run("pipx install hatch", "hatch build", "hatch publish", env=env("HATCH_INDEX_AUTH"))),
            id="hatch",
        ),
        pytest.param(
            flow(GET, run("pip install flit", "flit publish", env=env("FLIT_PASSWORD"))), id="flit"
        ),
        pytest.param(
            flow(GET, run("pip install pdm", "pdm publish", env=env("PDM_PUBLISH_PASSWORD"))), id="pdm"
        ),
        pytest.param(
            flow(GET, BUILD, SEND, TOKEN, on=MERGED + "  push:\n    tags: ['v*']\n",
                 job="    if: github.event_name == 'push' || github.event.pull_request.merged\n"),
            id="a merge or a tag",
        ),
        pytest.param(
            flow(GET, BUILD, SEND, TOKEN, "          skip-existing: true\n",
                 f"          repository-url: https://test.{PYPI}/legacy/\n"),
            id="TestPyPI, where skipping is usual",
        ),
        pytest.param(
            flow(GET, BUILD, SEND, job="    permissions:\n      id-token: write\n" + IF),
            id="trusted publishing at once",
        ),
    ],
)  # fmt: skip
def test_right_workflows_that_look_otherwise_are_right(at: Attempt, text: str) -> None:
    outcome = judged(at, text)
    assert (outcome.kind, outcome.reason) == ("correct", ""), outcome.facts
    assert "LIB1" in told("q5", outcome)


def test_what_make_publishes_counts_as_published(at: Attempt) -> None:
    text = flow(GET, run("make publish", env=env("TWINE_PASSWORD")))
    made = "publish:\n\tpython -m build\n\ttwine upload dist/*\n"
    at.lab.homework.joinpath("Makefile").write_text(made, encoding="utf-8")
    assert judged(at, text).kind == "correct"


def test_a_workflow_called_by_another_counts_as_its_own(at: Attempt) -> None:
    called = flow(
        GET, BUILD, SEND, "        with:\n          password: ${{ secrets.TOKEN }}\n", job=""
    ).replace(MERGED, "  workflow_call:\n    secrets:\n      TOKEN:\n        required: true\n")
    caller = (
        HEAD.format(on=PUSH)
        + "  go:\n    uses: ./.github/workflows/send.yml\n    secrets:\n      TOKEN: ${{ secrets.PYPI_TOKEN }}\n"
    )
    at.lab.write(".github/workflows/send.yml", called)
    assert judged(at, caller).kind == "correct"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("name: [\n", "not_yaml", id="no YAML"),
        pytest.param("on: push\n", "not_yaml", id="no jobs"),
        pytest.param(flow(GET, BUILD), "nothing_uploads", id="builds and stops"),
        pytest.param(flow(GET, BUILD, run("echo twine upload dist/*")), "only_says", id="an echo"),
        pytest.param(
            flow(GET, BUILD, SEND, TOKEN, on="  push:\n    tags: ['v*']\n", job=""), "tag_only", id="a tag"
        ),
        pytest.param(
            flow(GET, BUILD, SEND, TOKEN, on="  workflow_dispatch:\n", job=""), "by_hand", id="a button"
        ),
        pytest.param(
            flow(GET, BUILD, SEND, TOKEN, on="  push:\n    branches: [feature]\n", job=""),
            "other_events", id="another branch",
        ),
        pytest.param(flow(GET, BUILD, SEND, TOKEN, job="    if: false\n"), "never_runs", id="never"),
        pytest.param(flow(GET, BUILD, SEND), "no_authority", id="no token at all"),
        pytest.param(
            flow(GET, BUILD, SEND, TOKEN.replace("PYPI_TOKEN", "GITHUB_TOKEN")), "github_token", id="GitHub's"
        ),
        pytest.param(
            flow(GET, BUILD, SEND, TOKEN.replace("secrets.", "vars.")), "public_variable", id="a variable"
        ),
        pytest.param(flow(GET, SEND, TOKEN, BUILD), "not_built", id="builds afterwards"),
        pytest.param(
            flow(GET, BUILD, run("twine upload dist/* || true", env=env("TWINE_PASSWORD"))),
            "hidden_failure", id="or true",
        ),
        pytest.param(
            flow(GET, BUILD, run("twine upload --skip-existing dist/*", env=env("TWINE_PASSWORD"))),
            "skips_existing", id="twine skips",
        ),
        pytest.param(
            flow(GET, BUILD, SEND, TOKEN, "          repository-url: https://packages.example.org/\n"),
            "elsewhere", id="another index",
        ),
    ],
)  # fmt: skip
def test_wrong_workflows_are_told_what_is_wrong(at: Attempt, text: str, reason: str) -> None:
    outcome = judged(at, text)
    assert (outcome.kind, outcome.reason) == ("wrong", reason), outcome.facts
    told("q5", outcome)


def test_a_workflow_where_github_never_looks_is_told_so(at: Attempt) -> None:
    at.lab.write(".github/workflow/publish.yml", flow(GET, BUILD, SEND, TOKEN))
    outcome = lesson.workflow(at, "on: push", RIGHT)
    assert outcome.reason == "wrong_folder"
    assert ".github/workflows/publish.yml" in told("q5", outcome)


def test_what_another_repository_does_is_not_judged(at: Attempt) -> None:
    text = HEAD.format(on=PUSH) + "  go:\n    uses: other/flows/.github/workflows/send.yml@v1\n"
    for id in ("q5", "q6"):
        outcome = judged(at, text, id)
        assert (outcome.kind, outcome.reason) == ("skipped", "unreadable")
        told(id, outcome)


def test_a_refused_pull_request_is_closed_and_not_merged() -> None:
    occurrences = closed_unmerged(Names()).occurrences
    assert {one.event for one in occurrences} == {"pull_request", "pull_request_target"}
    for one in occurrences:
        assert one.activity == "closed"
        assert one.payload["pull_request"]["merged"] is False  # type: ignore[index]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(flow(GET, BUILD, SEND, job="    permissions:\n      id-token: write\n" + IF), id="one job"),
        pytest.param(
            flow(GET, run("uv build", "uv publish"), job="    permissions: {id-token: write, contents: read}\n" + IF),
            id="uv",
        ),
        pytest.param("permissions:\n  id-token: write\n  contents: read\n" + flow(GET, BUILD, SEND), id="the workflow's"),
        pytest.param(
            flow(GET, BUILD, SEND, on=PUSH, job="    permissions:\n      id-token: write\n"), id="on a push to main"
        ),
    ],
)  # fmt: skip
def test_trusted_publishing_that_looks_otherwise_is_trusted(at: Attempt, text: str) -> None:
    outcome = judged(at, text, "q6")
    assert outcome.kind == "correct", outcome
    told("q6", outcome)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(flow(GET, BUILD, SEND, job=IF), "no_identity", id="nothing"),
        pytest.param(
            flow(GET, BUILD, SEND, job="    permissions:\n      id-token: none\n" + IF), "odd_right", id="none"
        ),
        pytest.param("permissions: read-all\n" + flow(GET, BUILD, SEND), "no_identity", id="read-all"),
        pytest.param(
            flow(GET, SEND, job="    permissions:\n      id-token: write\n" + IF), "broken", id="no longer builds"
        ),
        pytest.param(flow(GET, BUILD, SEND, TOKEN.replace("secrets.PYPI_TOKEN", "github.token")), "still_a_token", id="GitHub's"),
    ],
)  # fmt: skip
def test_what_is_not_trusted_is_told_why(at: Attempt, text: str, reason: str) -> None:
    outcome = judged(at, text, "q6")
    assert (outcome.kind, outcome.reason) == ("wrong", reason), outcome.facts
    told("q6", outcome)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        pytest.param(None, "no_table", id="gone"),
        pytest.param([], "no_table", id="a list"),
        pytest.param({}, "row_open", id="empty"),
        pytest.param({**RIGHT, "merge": 400}, "not_merged_yet", id="a number"),
        pytest.param({**RIGHT, "tag": "200"}, "not_tagged_yet", id="a tag"),
        pytest.param({**RIGHT, "pull_request, 1.0.0.dev<run>": 400}, "dev_clashes", id="dev"),
        pytest.param({**RIGHT, "tag": "perhaps"}, "no_answer", id="a word"),
        pytest.param({**RIGHT, "tag": object()}, "no_answer", id="an object"),
        pytest.param({**RIGHT, "pull_request, 1.0.0": 400, "merge": "Not  asked"}, "", id="right, otherwise written"),
    ],
)  # fmt: skip
def test_the_table_of_second_pushes(at: Attempt, table: object, reason: str) -> None:
    text = flow(GET, BUILD, SEND, TOKEN)
    at.lab.write(".github/workflows/publish.yml", text)
    outcome = lesson.workflow(at, text, table)
    assert outcome.reason == reason
    told("q5", outcome)


# Wheels


def wheel(
    folder: Path,
    files: tuple[str, ...] = LIBRARY,
    *,
    name: str = NAME,
    version: str = "0.0.1",
    fields: str = COMPLETE,
    readme: str = README,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{re.sub(r'[-.]+', '_', name)}-{version}"
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for one in files:
            archive.writestr(one, "")
        about = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{fields}{readme}"
        archive.writestr(f"{stem}.dist-info/METADATA", about)
        archive.writestr(f"{stem}.dist-info/RECORD", "")
    return path


TOML = '[project]\nname = "x"\n'


@pytest.mark.parametrize(
    ("files", "given", "reason"),
    [
        pytest.param(LIBRARY, {}, "", id="the library"),
        pytest.param((*LIBRARY, "campfire/py.typed", "campfire/words.json"), {}, "", id="what it needs"),
        pytest.param((*LIBRARY, "campfire/tests/test_a.py"), {}, "tests_inside", id="tests inside of it"),
        pytest.param((*LIBRARY, "campfire/conftest.py"), {}, "tests_inside", id="a conftest"),
        pytest.param((*LIBRARY, "data/a.parquet"), {}, "data_inside", id="data"),
        pytest.param((*LIBRARY, "campfire/model.pkl"), {}, "data_inside", id="a model"),
        pytest.param((*LIBRARY, ".env"), {}, "strays_inside", id="a secret"),
        pytest.param((*LIBRARY, "README.md"), {}, "strays_inside", id="a loose README"),
        pytest.param(("src/campfire/__init__.py",), {}, "library_missing", id="a folder too deep"),
        pytest.param((), {}, "library_missing", id="nothing"),
        pytest.param(LIBRARY, {"name": "Campfire_Centroids"}, "everybodys_name", id="the class's name"),
        pytest.param(LIBRARY, {"version": "0.0.1+mine"}, "local_version", id="a local version"),
        pytest.param(LIBRARY, {"name": "my-fire", "version": "2.0rc1"}, "", id="another name"),
    ],
)  # fmt: skip
def test_what_is_inside_decides(
    at: Attempt, files: tuple[str, ...], given: dict[str, str], reason: str
) -> None:
    wheel(at.lab.scratch("rehearsal") / "dist", files, **given)
    outcome = lesson.wheel(at, TOML, Said())
    assert outcome.reason == reason, outcome.facts
    told("q1", outcome)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        pytest.param("ValueError: Unable to determine which files to ship", "nothing_chosen", id="hatchling"),
        pytest.param("error: Multiple top-level packages discovered", "several_packages", id="setuptools"),
        pytest.param("* Creating\nERROR Backend exited\n", "build_failed", id="anything"),
        pytest.param("", "build_failed", id="silence"),
    ],
)  # fmt: skip
def test_a_build_that_failed_is_told_why(at: Attempt, said: str, reason: str) -> None:
    outcome = lesson.wheel(at, TOML, Said(said, 1))
    assert outcome.reason == reason
    told("q1", outcome)


def test_an_sdist_alone_is_no_wheel(at: Attempt) -> None:
    dist = at.lab.scratch("rehearsal") / "dist"
    dist.mkdir()
    (dist / f"{STEM}-0.0.1.tar.gz").write_bytes(b"")
    assert lesson.wheel(at, TOML, Said()).reason == "sdist_only"


def test_files_that_only_call_themselves_wheels_are_passed_over(at: Attempt) -> None:
    dist = at.lab.scratch("rehearsal") / "dist"
    good = wheel(dist)
    os.utime(good, (1, 1))
    (dist / "a-1-py3-none-any.whl").write_bytes(b"PK\x05\x06")
    (dist / "b-1-py3-none-any.whl").write_bytes(b"\0" * 100_000)
    (dist / "c-1-py3-none-any.whl").symlink_to("nowhere")
    assert [one.path.name for one in distributions.wheels(dist)] == [good.name]


@pytest.mark.parametrize(
    ("without", "with_", "reason"),
    [
        pytest.param("", "", "", id="complete"),
        pytest.param("Summary: A classifier.\n", "", "no_summary", id="no summary"),
        pytest.param("A classifier.", "x" * 600, "no_summary", id="a summary without end"),
        pytest.param("Requires-Python: >=3.11\n", "", "any_python", id="any Python"),
        pytest.param("License-Expression: MIT\n", "", "no_licence", id="no licence"),
        pytest.param("License-Expression: MIT", "Classifier: License :: OSI Approved", "", id="the old way"),
        pytest.param("Project-URL: Repository, https://github.com/petrov-ivan/homework\n", "", "no_link", id="no link"),
        pytest.param("Project-URL: Repository, https://github.com/petrov-ivan/", "Home-page: https://a.org/", "", id="the old link"),
        pytest.param("github.com/petrov-ivan", "example.com/OWNER", "link_nowhere", id="a placeholder"),
        pytest.param("License-Expression: MIT\n", "License-Expression: MIT\nClassifier: Private :: Do Not Upload\n", "private", id="private"),
    ],
)  # fmt: skip
def test_what_a_stranger_misses(at: Attempt, without: str, with_: str, reason: str) -> None:
    fields = COMPLETE.replace(without, with_) if without else COMPLETE
    wheel(at.lab.scratch("rehearsal") / "dist", fields=fields)
    outcome = lesson.metadata(at, TOML, Said())
    assert outcome.reason == reason, outcome.facts
    told("q2", outcome)


def test_metadata_without_a_readme_or_with_a_broken_one(at: Attempt) -> None:
    dist = at.lab.scratch("rehearsal") / "dist"
    wheel(dist, readme="\n")
    assert lesson.metadata(at, TOML, Said()).reason == "no_readme"
    wheel(dist)
    outcome = lesson.metadata(at, TOML, Said("ERROR `long_description` has syntax errors", 1))
    assert outcome.reason == "twine_warns"
    assert "syntax errors" in told("q2", outcome)
    wheel(dist, (*LIBRARY, "tests/test_a.py"))
    assert lesson.metadata(at, TOML, Said()).reason == "wheel_changed"


# Uploads


@pytest.mark.parametrize(
    ("said", "status"),
    [
        pytest.param(Said("Uploading a-1-py3-none-any.whl\n"), 200, id="taken"),
        pytest.param(Said("Uploading a-1.tar.gz\nERROR HTTPError: 403 Forbidden from …", 1), 403, id="refused"),
        pytest.param(Said("ERROR Cannot find file (or expand pattern): 'first/*'", 1), 0, id="no file"),
        pytest.param(Said(""), 0, id="nothing"),
        pytest.param(None, 0, id="None"),
    ],
)  # fmt: skip
def test_what_twine_said_tells_the_answer(said: object, status: int) -> None:
    assert lesson.answered(said) == status


HAPPENED = dict(lesson.ATTEMPTS)


@pytest.mark.parametrize(
    ("predicted", "happened", "kind", "reason"),
    [
        pytest.param({name: str(one) for name, one in HAPPENED.items()}, HAPPENED, "correct", "", id="texts"),
        pytest.param({**HAPPENED, "a wrong token": "403 Forbidden"}, HAPPENED, "correct", "", id="with its words"),
        pytest.param({**HAPPENED, "a wrong token": 200}, HAPPENED, "wrong", "lets_anybody_in", id="anybody"),
        pytest.param({**HAPPENED, "a raised version": 400}, HAPPENED, "wrong", "differs", id="a raised one"),
        pytest.param({**HAPPENED, "a raised version": None}, HAPPENED, "wrong", "row_open", id="a row left"),
        pytest.param({**HAPPENED, "a raised version": object()}, HAPPENED, "wrong", "differs", id="an object"),
        pytest.param(dict.fromkeys(HAPPENED), HAPPENED, "unattempted", "", id="all left"),
        pytest.param(HAPPENED, {}, "skipped", "not_asked", id="no campus"),
        pytest.param(HAPPENED, dict.fromkeys(HAPPENED, 0), "skipped", "not_asked", id="no wheels"),
        pytest.param(HAPPENED, None, "skipped", "not_asked", id="nothing happened"),
        pytest.param({**HAPPENED, "the right token": 400}, {**HAPPENED, "the right token": 400}, "skipped", "other_story", id="taken before"),
        pytest.param("403", HAPPENED, "wrong", "no_table", id="a text"),
    ],
)  # fmt: skip
def test_predictions_are_held_to_what_happened(
    at: Attempt, predicted: object, happened: object, kind: str, reason: str
) -> None:
    outcome = lesson.answers(at, predicted, happened)
    assert (outcome.kind, outcome.reason) == (kind, reason)
    told("q3", outcome)


# Installs


def installed(folder: Path, where: str = "fresh", *, name: str = STEM, url: str = "") -> None:
    place = folder / where / "lib" / "python3.13" / "site-packages"
    info = place / f"{name}-0.0.2.dist-info"
    info.mkdir(parents=True)
    (folder / where / "pyvenv.cfg").write_text("home = /usr\n", encoding="utf-8")
    if url:
        (info / "direct_url.json").write_text(f'{{"url": "{url}"}}', encoding="utf-8")


SEEN = Said("fresh/lib/python3.13/site-packages/campfire/__init__.py")


@pytest.mark.parametrize(
    ("made", "commands", "said", "reason"),
    [
        pytest.param({}, "…", SEEN, "", id="venv and pip"),
        pytest.param({"where": ".venv"}, "uv venv && uv pip install x", SEEN, "", id="uv"),
        pytest.param({"where": "a/b"}, "virtualenv a/b", SEEN, "", id="a folder deeper"),
        pytest.param({"name": "Campfire.Petrov_Ivan"}, "…", SEEN, "", id="a name not normalised"),
        pytest.param({"url": "file:///home/me"}, "pip install -e .", SEEN, "from_folder", id="editable"),
        pytest.param({"name": "campfire_ivanova_anna"}, "pip install x", Said("ERROR No matching"), "not_installed", id="another's"),
        pytest.param({"name": "other"}, "pip install campfire\n", Said(), "import_name", id="the import name"),
        pytest.param({}, "…", Said("ok"), "not_imported", id="never imported"),
        pytest.param({}, "…", Said("rehearsal/campfire/__init__.py"), "not_imported", id="imported elsewhere"),
    ],
)  # fmt: skip
def test_an_install_is_judged_by_what_lies_there(
    at: Attempt, made: dict[str, str], commands: str, said: Said, reason: str
) -> None:
    installed(at.lab.scratch("clean"), **made)
    outcome = lesson.clean_install(at, commands, said)
    assert outcome.reason == reason
    told("q4", outcome)


# Hostile answers


class Hostile:
    """Fails whatever one does with it."""

    def __str__(self) -> str:
        raise RuntimeError("no")

    __repr__ = __eq__ = __bool__ = __len__ = __iter__ = __hash__ = __str__  # type: ignore[assignment]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Hostile(), id="fails at everything"),
        pytest.param(b"\xff", id="bytes"),
        pytest.param(7, id="a number"),
        pytest.param(lambda: None, id="a function"),
        pytest.param("x" * 3_000_000, id="three megabytes"),
        pytest.param("[" * 50_000, id="nested without end"),
        pytest.param("\0\x1b[31m⟦secrets.X⟧{what}", id="odd characters"),
        pytest.param({"name": "x"}, id="a dictionary"),
        pytest.param({name: Hostile() for name in (*HAPPENED, *RIGHT)}, id="a table that fails"),
        pytest.param([[["x"]]], id="a list"),
    ],
)
def test_every_answer_at_all_gets_a_sentence(at: Attempt, answer: object) -> None:
    checks = {
        "q1": lambda: lesson.wheel(at, answer, answer),
        "q2": lambda: lesson.metadata(at, answer, answer),
        "q3": lambda: lesson.answers(at, answer, HAPPENED),
        "q4": lambda: lesson.clean_install(at, answer, answer),
        "q5": lambda: lesson.workflow(at, answer, answer),
        "q6": lambda: lesson.trusted(at, answer),
    }
    for id, check in checks.items():
        outcome = check()
        assert outcome.kind in {"wrong", "unattempted", "skipped"}, id
        assert "\x1b" not in told(id, outcome)


@pytest.mark.parametrize("nothing", [None, "", "  \n"])
def test_nothing_is_not_attempted(at: Attempt, nothing: object) -> None:
    found = (
        lesson.wheel(at, nothing),
        lesson.metadata(at, nothing),
        lesson.clean_install(at, nothing),
        lesson.workflow(at, nothing),
        lesson.trusted(at, nothing),
        lesson.answers(at, None),
    )
    assert {one.kind for one in found} == {"unattempted"}


def test_a_workflow_written_by_hand_is_judged_without_the_string(at: Attempt) -> None:
    at.lab.write(".github/workflows/release.yml", flow(GET, BUILD, SEND, TOKEN))
    assert lesson.workflow(at, "", RIGHT).kind == "correct"


# Versions


@pytest.mark.parametrize(
    ("version", "after"),
    [("1.0.0", "1.0.1"), ("0.9", "0.10"), ("1.0.0.dev3", "1.0.0.dev4"), ("1.0rc1", "1.0rc2"), ("2", "3")],
)  # fmt: skip
def test_the_next_version_raises_the_last_number(version: str, after: str) -> None:
    assert versions.following(version) == after


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("pyproject.toml", '[project]\nname = "a"\nversion = "1.0.9"  # raise me\n', id="pyproject"),
        pytest.param("fire/__init__.py", '__version__: str = "1.0.9"\n', id="a package"),
        pytest.param("src/fire/__init__.py", "__version__ = '1.0.9'\n", id="below src"),
    ],
)  # fmt: skip
def test_a_version_is_raised_where_it_stands(tmp_path: Path, file: str, text: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert versions.raise_version(tmp_path) == "1.0.10"
    assert path.read_text(encoding="utf-8") == text.replace("1.0.9", "1.0.10")


def test_a_folder_without_a_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('target-version = "py311"\n', encoding="utf-8")
    assert versions.raise_version(tmp_path) == ""
    with pytest.raises(LookupError, match="states a version"):
        versions.stated(tmp_path)


# Pictures


def drawn(figure) -> Counter:
    axes = figure.axes[0]
    return Counter(part.get_gid() for part in (*axes.patches, *axes.texts))


def texts_of(figure, gid: str) -> list[str]:
    return [one.get_text() for one in figure.axes[0].texts if one.get_gid() == gid]


def test_the_picture_of_wheels_draws_the_files_that_its_twin_counts(tmp_path: Path) -> None:
    crowd = wheel(tmp_path / "a", (*LIBRARY, "data/a.csv", "tests/test_a.py"))
    good = wheel(tmp_path / "b")
    packed = shelves.newest("campfire", crowd.parent, good.parent, tmp_path / "none")
    told = shelves.inside(packed)
    figure = shelves.wheel_contents(packed, {"wheels": "Два wheel"})
    parts = drawn(figure)
    assert told == {"wheels": 2, "library": "2, 2", "about": "2, 2", "strays": 2, "names": "data/a.csv, tests/test_a.py"}  # fmt: skip
    assert (parts["wheel"], parts["library"], parts["about"]) == (2, 4, 4)
    assert parts["stray"] == told["strays"]
    assert len(texts_of(figure, "file")) == 10


STORY = (
    shelves.Upload("wrong", 403, ()),
    shelves.Upload("right", 200, ("0.0.1",)),
    shelves.Upload("other", 400, ("0.0.1",)),
    shelves.Upload("again", 200, ("0.0.1",)),
    shelves.Upload("raised", 200, ("0.0.1", "0.0.2")),
)


def test_the_picture_of_the_index_draws_what_its_twin_tells() -> None:
    told = shelves.on_the_index(STORY)
    figure = shelves.index_states(STORY, {})
    parts = drawn(figure)
    assert told == {"uploads": 5, "statuses": "403, 200, 400, 200, 200", "releases": "0, 1, 1, 1, 2", "arrived": "0.0.1, 0.0.2"}  # fmt: skip
    assert [text[-3:] for text in texts_of(figure, "code")] == str(told["statuses"]).split(", ")
    assert texts_of(figure, "code")[3] == "– 200"  # taken, and nothing new
    assert (parts["status"], parts["new"], parts["kept"]) == (5, 2, 3)
    releases = [int(number) for number in str(told["releases"]).split(", ")]
    assert parts["new"] + parts["kept"] == sum(releases)


def test_on_a_second_visit_only_what_arrives_is_new() -> None:
    before = tuple(
        shelves.Upload(one.label, one.status, ("0.0.1", *one.versions[1:])) for one in STORY
    )
    assert shelves.on_the_index(before)["arrived"] == "0.0.2"


def test_pictures_of_nothing_and_of_too_much_are_bounded() -> None:
    assert shelves.wheel_contents((), {}).axes
    assert shelves.index_states((), {}).axes
    many = shelves.Packed("x" * 500, tuple((f"campfire/{n}" * 50, "library") for n in range(9_000)))
    parts = drawn(shelves.wheel_contents([many] * 9, {"wheels": "x" * 1_000}))
    assert parts["library"] == 3 * shelves.MOST_FILES
    long = [shelves.Upload("x" * 900, 999, tuple(map(str, range(50))))] * 99
    assert drawn(shelves.index_states(long, {}))["status"] == shelves.MOST_UPLOADS
