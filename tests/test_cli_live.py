"""The command line asks the services: a repository's grade, its saved case, its class list, and outages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import checker as package
from checker.cli.commands import checker
from checker.evidence import Unavailable
from checker.http import case
from tests.standins.outside import Outside, outside
from tests.test_live import homework

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def done() -> Iterator[Outside]:
    """Give a world in which the homework is done; tests that change the world make their own."""
    with outside() as world:
        homework(world)
        yield world


@pytest.fixture
def world(done: Outside) -> Iterator[Outside]:
    done.down.clear()
    yield done
    done.down.clear()


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def environment(world: Outside, **more: str) -> dict[str, str]:
    """Return the variables that lead to a world's services, and nothing of this machine's own."""
    names = (f"CHECKER_{one.name.upper()}_URL" for one in fields(world.addresses))
    return {
        **dict(zip(names, astuple(world.addresses), strict=True)),
        "CHECKER_GITHUB_TOKEN": world.github.token(),
        "CHECKER_CACHE": "cache",
        "GITHUB_TOKEN": "visibly-fake-and-never-sent",
        "COLUMNS": "100",
        **more,
    }


def run(world: Outside, *arguments: object, **more: str) -> Result:
    words = [str(one) for one in arguments]
    return CliRunner().invoke(checker, words, prog_name="checker", env=environment(world, **more))


def test_a_repository_is_graded_from_its_workflows_to_what_came_out(world: Outside) -> None:
    result = run(world, "grade", "ivanova/hw")
    assert result.exit_code == 0, result.output
    assert "30 of 30" in result.stdout
    assert "→ ✓ delivered" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize(
    "written", ["ivanova/hw@main", "{host}/ivanova/hw", "{host}/ivanova/hw/pull/1"]
)
def test_each_way_of_naming_a_repository_is_understood(world: Outside, written: str) -> None:
    host = world.addresses.github.removesuffix("/api/v3")
    result = run(world, "grade", written.format(host=host), "--only", "CI1")
    assert result.exit_code == 0, result.output


def test_reports_are_written_into_files_and_printed_too(world: Outside, tmp_path: Path) -> None:
    result = run(world, "grade", "ivanova/hw", "--output", "g.html", "--output", "g.json")
    page = (tmp_path / "g.html").read_text(encoding="utf-8")
    assert "30 of 30" in result.stdout
    assert "From the trigger to the artefact" in page
    assert f'{world.addresses.pypi}/project/campfire-centroids/0.1.0/"' in page
    assert json.loads((tmp_path / "g.json").read_text(encoding="utf-8"))["points"] == 30


def test_a_form_that_goes_into_a_file_is_not_printed(world: Outside) -> None:
    result = run(world, "grade", "ivanova/hw", "--format", "html", "--output", "g.html")
    assert result.stdout == ""
    assert run(world, "grade", "ivanova/hw", "--output", "no/g.html").exit_code == 2


def test_a_saved_case_gives_the_same_grade_without_any_service(
    world: Outside, tmp_path: Path
) -> None:
    first = run(world, "grade", "ivanova/hw", "--format", "json", "--save", "case.json")
    asked = len(world.asked)
    again = run(world, "grade", "--from", "case.json", "--format", "json")
    assert again.stdout == first.stdout
    assert len(world.asked) == asked
    text = (tmp_path / "case.json").read_text(encoding="utf-8")
    assert environment(world)["CHECKER_GITHUB_TOKEN"] not in text
    assert "visibly-fake" not in text
    assert run(world, "grade", "--from", "case.json", "--only", "CI1").exit_code == 0


def test_an_outage_is_no_zero_and_has_an_exit_status_of_its_own(world: Outside) -> None:
    world.down["Docker Hub"] = 503
    result = run(world, "grade", "ivanova/hw", CHECKER_CACHE="other")
    assert result.exit_code == 3
    assert "could not be graded" in result.stdout
    assert "Docker Hub answered 503" in result.stdout


def test_a_repository_that_nobody_shows_is_one_sentence(world: Outside) -> None:
    result = run(world, "grade", "ivanova/absent")
    assert result.exit_code == 3
    assert "GitHub has no repository ivanova/absent" in " ".join(result.stdout.split())
    assert "CI1   " not in result.stdout
    explained = run(world, "explain", "ivanova/absent")
    assert explained.exit_code == 3
    assert "ivanova/absent: GitHub has no repository" in explained.stderr


def test_without_a_token_the_quota_and_the_way_to_a_token_are_told(world: Outside) -> None:
    result = run(world, "grade", "ivanova/hw", "--only", "CI1", CHECKER_GITHUB_TOKEN="")
    assert "note: GitHub was asked without a token" in result.stderr
    assert "are left until" in result.stderr
    assert "set CHECKER_GITHUB_TOKEN" in result.stderr
    with_token = run(world, "grade", "ivanova/hw", "--only", "CI1")
    assert "without a token" not in with_token.stderr


def test_explain_asks_for_the_files_alone(world: Outside) -> None:
    before = Counter(world.asked)
    result = run(world, "explain", "ivanova/hw", "--event", "tag")
    assert result.exit_code == 0
    assert "image-push with docker/build-push-action to Docker Hub" in result.stdout
    assert Counter(world.asked) - before == Counter(["GitHub POST /graphql"])


def folder_with_workflows(root: Path, name: str) -> Path:
    workflows = root / name / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (workflows / "ci.yml").write_text(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check .\n",
        encoding="utf-8",
    )
    return root / name


NOTE = "note: the folder ivanova/hw is graded; the repository is https://"


def test_a_folder_without_workflows_may_not_be_what_was_meant(
    world: Outside, tmp_path: Path
) -> None:
    (tmp_path / "ivanova" / "hw").mkdir(parents=True)
    result = run(world, "grade", "ivanova/hw", "--only", "CI1")
    assert result.exit_code == 1
    assert NOTE in result.stderr
    assert run(world, "grade", "./ivanova/hw", "--only", "CI1").stderr == ""


@pytest.mark.parametrize(
    ("origin", "is_said"),
    [
        pytest.param("https://github.com/Ivanova/hw.git", True, id="of that very repository"),
        pytest.param("https://github.com/ivanova/other.git", False, id="of another"),
        pytest.param("", False, id="of none"),
    ],
)
def test_a_clone_may_not_be_what_was_meant(
    world: Outside, tmp_path: Path, origin: str, is_said: bool
) -> None:
    folder = folder_with_workflows(tmp_path, "ivanova/hw")
    subprocess.run(["git", "init", "--quiet", "-b", "main", folder], check=True)
    if origin:
        subprocess.run(["git", "-C", folder, "remote", "add", "origin", origin], check=True)
    result = run(world, "grade", "ivanova/hw", "--only", "CI1")
    assert result.exit_code == 0
    assert (NOTE in result.stderr) is is_said


def test_a_folder_that_is_clearly_meant_is_graded_without_a_word(
    world: Outside, tmp_path: Path
) -> None:
    folder_with_workflows(tmp_path, "ivanova/hw")
    result = run(world, "grade", "ivanova/hw", "--only", "CI1")
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_class_list_says_what_the_image_is_called(world: Outside, tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text(
        "ФИО;Репозиторий;Образ\nИванова Анна;ivanova/hw;ivanova/other\nПетров;petrov/hw;\n",
        encoding="cp1251",
    )
    by_list = run(world, "grade", "ivanova/hw", "--roster", "class.csv", "--only", "IMG5")
    assert (
        by_list.exit_code == 3
    )  # of another name, so what was pushed a minute ago may still appear
    assert "Docker Hub GET /v2/namespaces/ivanova/repositories/other/tags" in world.asked
    line = run(
        world, "grade", "ivanova/hw", "--roster", "class.csv", "--image", "ivanova/campfire", "--only", "IMG5"
    )  # fmt: skip
    assert line.exit_code == 0
    assert by_list.stderr == ""


def test_a_bad_line_of_the_class_list_is_told_when_it_is_this_ones(
    world: Outside, tmp_path: Path
) -> None:
    (tmp_path / "class.csv").write_text("student,repository\nIvanova,ivanova/hw\nX,x/y\n")
    result = run(world, "grade", "ivanova/hw", "--roster", "class.csv", "--only", "CI1")
    assert result.exit_code == 0
    assert result.stderr.startswith("note: class.csv, line 2: 'Ivanova' is one word")
    assert "line 3" not in result.stderr


def test_a_student_is_named_as_a_class_list_names_them(world: Outside, tmp_path: Path) -> None:
    run(
        world,
        "grade",
        "ivanova/hw",
        "--student",
        "Иванова Анна",
        "--only",
        "CI1",
        "--save",
        "c.json",
    )
    assert case.read(tmp_path / "c.json").target.student == "ivanova_anna"


def test_what_came_later_is_passed_over(world: Outside) -> None:
    early = run(world, "grade", "ivanova/hw", "--as-of", "2000-01-01T00:00+00:00")
    assert early.exit_code == 3
    late = run(world, "grade", "ivanova/hw", "--as-of", "2100-01-01T00:00+00:00", "--only", "CI1")
    assert late.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("grade ivanova/hw --from case.json", "--from knows what it was made for"),
        ("grade --from case.json --pypi x", "--from knows what it was made for"),
        ("grade --from absent.json", "absent.json: No such file"),
        ("grade --from bad.json", "bad.json is no saved case"),
        ("grade . --save case.json", "for a folder none is asked"),
        ("grade ivanova/hw --save no/case.json", "there is no such folder"),
        ("grade ivanova/hw --pypi -x", "is no package name"),
        ("grade ivanova/hw --image app", "is no image on Docker Hub"),
        ("grade ivanova/hw --student Ivanov", "is one word"),
        ("grade ivanova/hw --roster absent.csv", "expected a class list as CSV"),
        ("grade other/hw --roster class.csv", "has no line for other/hw"),
        ("grade . --roster class.csv", "has no line for ."),
        ("grade ivanova/hw --as-of 2026-11-30", "expected one such as 2026-11-30T23:59+03:00"),
        ("grade ivanova/hw --as-of yesterday", "is no time with its offset"),
        ("grade . --as-of 2026-11-30T23:59+03:00", "a folder does not tell"),
        ("grade ivanova/hw@absent", "absent"),
        ("grade https://gitlab.com/ivanova/hw", "'gitlab.com' is not"),
        ("explain https://gitlab.com/ivanova/hw", "'gitlab.com' is not"),
        ("feedback .", "a folder has no issues"),
    ],
)
def test_bad_input_is_one_sentence_and_status_two(
    arguments: str, words: str, world: Outside, tmp_path: Path
) -> None:
    (tmp_path / "bad.json").write_text("{}")
    (tmp_path / "class.csv").write_text("student,repository\nIvanova Anna,ivanova/hw\n")
    result = run(world, *arguments.split())
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("CHECKER_GITHUB_URL", "nonsense", "CHECKER_GITHUB_URL is 'nonsense'"),
        ("CHECKER_GITHUB_TOKEN", "visibly fake", "holds something that is no token"),
    ],
)
def test_a_bad_setting_of_the_environment_is_one_sentence(
    variable: str, value: str, words: str, world: Outside
) -> None:
    result = run(world, "grade", "ivanova/hw", **{variable: value})
    assert result.exit_code == 2
    assert words in result.stderr
    assert "visibly" not in result.stderr


def test_what_is_kept_is_shown_and_forgotten(world: Outside, tmp_path: Path) -> None:
    assert run(world, "cache", "show").stdout == "cache: 0 answers, 0.0 MB\n"
    run(world, "grade", "ivanova/hw")
    shown = run(world, "cache", "show").stdout
    assert not shown.startswith("cache: 0 answers")
    assert run(world, "cache", "clear").stdout == shown.replace(" MB", " MB forgotten")
    assert run(world, "cache", "show").stdout.startswith("cache: 0 answers")
    (tmp_path / "broken").mkdir()
    for file in (tmp_path / "cache").iterdir():
        (tmp_path / "broken" / file.name).write_bytes(
            b"no database, and long enough to be none" * 99
        )
    assert run(world, "cache", "show", CHECKER_CACHE="broken").exit_code == 2


def test_the_public_functions_ask_too(world: Outside) -> None:
    from checker.http.live import Live

    with Live(world.addresses, world.github.token()) as door:
        assert package.grade("ivanova/hw", http=door).points == 30
        assert package.explain("ivanova/hw", event="tag", http=door).simulations
        with pytest.raises(Unavailable, match="GitHub has no repository"):
            package.explain("ivanova/absent", http=door)


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("at_terminal", [True, False])
def test_who_is_waited_for_is_told_at_a_terminal_alone(at_terminal: bool) -> None:
    import pty

    script = (
        "import sys, time\n"
        "from checker.cli import progress\n"
        "from checker.http import Offline, Request\n"
        "class Slow(Offline):\n"
        "    def get(self, request):\n"
        "        sys.stdin.readline()\n"
        "progress.PATIENCE, progress._BEAT = 0, 0.01\n"
        "with progress.Progress(Slow()) as door:\n"
        "    door.get(Request('PyPI', 'https://x', 'the files of \\x1b[31mhw'))\n"
        "print('done')\n"
    )
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", script]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=theirs if at_terminal else subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    ) as process:
        os.close(theirs)
        assert process.stdin
        seen = b""
        if at_terminal:
            while "…".encode() not in seen:
                seen += os.read(ours, 1000)
        process.stdin.write(b"\n")
        process.stdin.close()
        assert process.wait() == 0
        rest = process.stderr.read() if process.stderr else os.read(ours, 1000)
    os.close(ours)
    if at_terminal:
        assert "asking PyPI for the files of ␛[31mhw …".encode() in seen
        assert rest.endswith(b" \r")  # the line is taken back
    else:
        assert rest == b""
