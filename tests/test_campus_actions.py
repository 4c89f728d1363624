"""The stand-ins for actions do what the originals do, as far as a machine without internet can."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from pypi_simple import PYPI_SIMPLE_ENDPOINT

from checker.actions.image_tags import metadata as read_metadata
from checker.campus import actions, identity
from checker.campus.actions import metadata, pythons
from checker.campus.actions.said import Refused
from checker.campus.forge.part import Forge
from checker.campus.index import Index, packages
from checker.campus.place import Place
from checker.campus.runner.serving import Runner
from checker.campus.store import Run
from checker.campus.supervisor import Supervisor
from tests.standins.campus import OWNER, Project, project, settle
from tests.standins.index_servers import wheel

PYPI = PYPI_SIMPLE_ENDPOINT.split("/")[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems")

CI = ".github/workflows/ci.yml"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.open(tmp_path / "campus")


@pytest.fixture
def runner(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    shared = tmp_path_factory.getbasetemp() / "templates"
    with Runner(
        place, at_once=2, seconds=120, environment={"CAMPUS_TEMPLATES": str(shared)}
    ) as runner:
        yield runner


def ran(made: Project, runner: Runner) -> tuple[Run, str]:
    """Push, and return the run with all that it printed."""
    made.push()
    settle(runner)
    run = made.runs()[-1]
    logs = [step.log for job in made.jobs(run).values() for step in made.steps(job).values()]
    return run, "".join(logs)


def workflow(steps: str) -> str:
    return f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"


@pytest.mark.slow
def test_checkout_takes_a_ref_a_depth_and_a_path(place: Place, runner: Runner) -> None:
    text = workflow("""
      - uses: actions/checkout@v7
      - run: |
          test "$(git rev-list --count HEAD)" = 1
          test "$(git branch --show-current)" = main
          test -z "$(git tag)"
      - uses: actions/checkout@0123456789012345678901234567890123456789
        with: {fetch-depth: 0, path: all}
      - run: |
          test "$(git -C all rev-list --count HEAD)" = 3
          test "$(git -C all tag)" = v1
          git -C all rev-parse origin/other
      - id: other
        uses: actions/checkout@v4
        with: {ref: other, path: there}
      - run: test -f there/other.txt && test "${{ steps.other.outputs.commit }}" = "$(git -C there rev-parse HEAD)"
      - uses: actions/checkout@v4
        with: {ref: v1, path: tagged}
      - run: test ! -f tagged/second.txt
      - uses: actions/checkout@v4
        with: {ref: nowhere, path: x}
""")
    made = project(place, files={CI: text})
    made.push("refs/tags/v1")
    made.git("checkout", "--quiet", "-b", "side")
    made.commit({"other.txt": ""})
    made.push("refs/heads/other")
    settle(runner)
    made.git("checkout", "--quiet", "main")
    made.commit({"second.txt": ""})
    made.commit({"third.txt": ""})
    run, said = ran(made, runner)
    assert made.conclusions(run, "a")[1:10] == ["success"] * 8 + ["failure"], said
    assert "a branch or tag with the name 'nowhere' could not be found" in said


@pytest.mark.slow
def test_a_job_pushes_with_what_checkout_left_it_and_not_without(
    place: Place, runner: Runner
) -> None:
    text = """
name: CI
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v7
      - run: git push origin HEAD:refs/heads/deploy/production
      - run: "! grep -ri authorization .git"
  b:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - run: git push origin HEAD:refs/heads/deploy/staging
"""
    made = project(place, files={CI: text})
    with Supervisor(place, [Forge()]) as up:
        up.up()
        run, said = ran(made, runner)
    assert made.conclusions(run, "a")[1:4] == ["success"] * 3, said
    assert made.conclusions(run, "b")[1:3] == ["success", "failure"]
    assert "could not read Username" in said
    listed = made.git("ls-remote", str(made.bare), "refs/heads/deploy/*")
    assert [line.split()[1] for line in listed.splitlines()] == ["refs/heads/deploy/production"]


@pytest.fixture(scope="module")
def laid_ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "templates"


def new_environment(folder: Path, templates: Path) -> Path:
    pythons.make(sys.executable, folder, templates)
    return folder


def told(*words: Path | str) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_a_fresh_environment_is_its_own_wherever_it_lies(tmp_path: Path, laid_ready: Path) -> None:
    folder = new_environment(tmp_path / "of a job's", laid_ready)
    assert f" from {folder}/lib" in told(folder / "bin" / "pip", "--version")
    where = told(folder / "bin" / "python", "-c", "import sys; print(sys.prefix)")
    assert where == f"{folder}\n"
    activated = told("sh", "-c", f'. "{folder}/bin/activate" && echo "$VIRTUAL_ENV"')
    assert activated == f"{folder}\n"


@pytest.mark.slow
def test_what_is_laid_ready_is_made_once_by_whatever_way_a_campus_reaches_it(
    tmp_path: Path, laid_ready: Path
) -> None:
    new_environment(tmp_path / "first", laid_ready)
    states = {one: one.stat().st_mtime_ns for one in laid_ready.glob("*.state")}
    assert states
    (tmp_path / "link").symlink_to(laid_ready)
    folder = new_environment(tmp_path / "second", tmp_path / "link")
    assert {one: one.stat().st_mtime_ns for one in laid_ready.glob("*.state")} == states
    activated = told("sh", "-c", f'. "{folder}/bin/activate" && echo "$VIRTUAL_ENV"')
    assert activated == f"{folder}\n"


@pytest.mark.slow
def test_what_a_job_writes_into_its_pip_reaches_no_later_job(
    tmp_path: Path, laid_ready: Path
) -> None:
    first = new_environment(tmp_path / "first", laid_ready)
    (pip,) = first.glob("lib/python*/site-packages/pip/__init__.py")
    with pip.open("a", encoding="utf-8") as file:
        file.write("raise SystemExit('another student was here')\n")
    with pytest.raises(subprocess.CalledProcessError):
        told(first / "bin" / "pip", "--version")
    second = new_environment(tmp_path / "second", laid_ready)
    assert f" from {second}/lib" in told(second / "bin" / "pip", "--version")


@pytest.mark.slow
def test_setup_python_gives_a_fresh_python_and_says_which(place: Place, runner: Runner) -> None:
    newest = max(pythons.installed())
    text = workflow(f"""
      - id: py
        uses: actions/setup-python@v7
        with: {{python-version: '{newest[0]}.{newest[1]}'}}
      - run: |
          test "$(which python)" = "${{{{ steps.py.outputs.python-path }}}}"
          test "$(python -c 'import platform; print(platform.python_version())')" = "${{{{ steps.py.outputs.python-version }}}}"
          test "$(which pip)" = "$pythonLocation/bin/pip"
          pip list --format=freeze
      - uses: actions/setup-python@v5
        with: {{python-version: '3.99'}}
""")
    run, said = ran(project(place, files={CI: text}), runner)
    assert run.conclusion == "success", said
    assert f"Python 3.99 is not installed on this machine (it has {newest[0]}.{newest[1]}" in said
    assert "Z pip==" in said
    assert "Z pytest==" not in said


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("3.12", (3, 12)),
        ("3.12.1", (3, 12)),
        ("3.14", (3, 13)),
        ("3.9", (3, 11)),
        ("3.x", (3, 13)),
        ("", (3, 13)),
        (">=3.11", (3, 13)),
        (">=3.11,<3.13", (3, 12)),
        ("pypy3.11", (3, 11)),
    ],
)
def test_the_nearest_python_is_chosen(asked: str, found: tuple[int, int]) -> None:
    have = {(3, 13): "c", (3, 12): "b", (3, 11): "a"}
    assert pythons.nearest(have, asked) == found


@pytest.mark.slow
def test_artifacts_go_from_job_to_job_and_caches_from_run_to_run(
    place: Place, runner: Runner
) -> None:
    text = """
on: push
jobs:
  make:
    runs-on: x
    steps:
      - run: mkdir -p dist/in && echo one > dist/a.txt && echo two > dist/in/b.txt
      - uses: actions/upload-artifact@v7
        with: {name: dist, path: dist/}
      - uses: actions/upload-artifact@v7
        with: {name: none, path: nothing/, if-no-files-found: ignore}
      - id: cache
        uses: actions/cache@v4
        with: {path: store, key: 'v1-${{ github.ref_name }}', restore-keys: v1-}
      - run: echo "hit <${{ steps.cache.outputs.cache-hit }}>"; mkdir -p store; cat store/x || echo kept > store/x
  take:
    needs: make
    runs-on: x
    steps:
      - uses: actions/download-artifact@v8
        with: {name: dist, path: here}
      - run: cat here/a.txt here/in/b.txt
      - uses: actions/download-artifact@v8
      - run: cat dist/a.txt
      - uses: actions/download-artifact@v8
        with: {name: other}
"""
    made = project(place, files={CI: text})
    run, said = ran(made, runner)
    assert made.conclusions(run, "take")[1:6] == ["success"] * 4 + ["failure"]
    assert "there is no artifact 'other' in this run (there is: dist)" in said
    assert "hit <>" in said
    assert made.told(run)["make"]["Post Run actions/cache@v4"] == "success"
    assert "Cache saved with key: v1-main" in said
    run, said = ran(made, runner)
    assert "hit <true>" in said
    assert "Z kept" in said


@pytest.mark.slow
def test_an_action_nobody_knows_fails_its_step_and_names_those_that_are_known(
    place: Place, runner: Runner
) -> None:
    run, said = ran(
        project(place, files={CI: workflow("      - uses: some/thing/inside@v3\n")}), runner
    )
    assert run.conclusion == "failure"
    assert "the campus has no stand-in for `some/thing/inside`" in said
    assert "actions/checkout" in said


@pytest.mark.slow
def test_uv_and_node_are_those_of_this_machine(place: Place, runner: Runner) -> None:
    text = workflow("""
      - uses: astral-sh/setup-uv@v7
        with: {python-version: '3.12'}
      - run: uv --version && uv venv here && here/bin/python --version
""")
    run, said = ran(project(place, files={CI: text}), runner)
    assert run.conclusion == "success", said
    assert "Z uv 0." in said


PUBLISH = """
on: push
permissions: {{}}
jobs:
  publish:
    runs-on: x
    permissions: {{{permissions}}}
    steps:
      - run: cp -r "$WHEELS" dist
      - uses: pypa/gh-action-pypi-publish@release/v1
        with: {{{inputs}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("permissions", "inputs", "said"),
    [
        ("id-token: write", "", ""),
        ("id-token: write", f"repository-url: 'https://test.{PYPI}/legacy/'", ""),
        ("", "password: '${{ secrets.TOKEN }}'", ""),
        ("", "", "missing or insufficient OIDC token permissions"),
        ("", "password: wrong", "status 1"),
        ("id-token: write", "packages-dir: nothing", "there are no packages in 'nothing'"),
        (
            "id-token: write",
            "repository-url: 'https://example.org/'",
            "publishes to its own index only",
        ),
    ],
    ids=["trusted", "TestPyPI", "token", "no permission", "wrong token", "no files", "elsewhere"],
)
def test_a_package_is_published_by_those_who_may(
    place: Place,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    permissions: str,
    inputs: str,
    said: str,
) -> None:
    shared = tmp_path_factory.getbasetemp() / "templates"
    from checker.campus.people import People
    from checker.campus.store import Secret

    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel(wheels, "campfire", "1.0")
    text = PUBLISH.format(permissions=permissions, inputs=inputs)
    made = project(place, files={CI: text})
    made.store.add(Secret(made.row.id, "TOKEN", People(place)[OWNER].token))
    with Supervisor(place, [Index()]) as up:
        up.up()
        with Runner(
            place, seconds=120, environment={"WHEELS": str(wheels), "CAMPUS_TEMPLATES": str(shared)}
        ) as runner:
            run, log = ran(made, runner)
    assert (run.conclusion == "success") is (said == ""), log
    assert said in log
    if not said:
        [package] = packages(place)
        assert (package.name, package.owner) == ("campfire", OWNER)
        assert package.index == ("TestPyPI" if "test.pypi" in inputs else "PyPI")


def test_an_identity_token_cannot_be_forged_and_does_not_last(place: Place) -> None:
    who = {"owner": OWNER, "repository": "hw", "run": 7, "job": "publish"}
    good = identity.mint(place, **who, seconds=60)
    found = identity.identity(place, good)
    assert found is not None
    assert (found.full_name, found.run, found.job) == (f"{OWNER}/hw", 7, "publish")
    mark, _, signature = good.split(".")
    other = identity.mint(place, **{**who, "owner": "petrov_boris"}, seconds=60).split(".")
    for bad in (
        "",
        "campus-id..",
        f"{mark}.{other[1]}.{signature}",
        good[:-1],
        identity.mint(place, **who, seconds=-1),
        identity.mint(place, **who, seconds=60, audience="forge"),
        good + "é",
    ):
        assert identity.identity(place, bad) is None
    assert (place.root / "identity.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("rules", "ref"),
    [
        ("type=semver,pattern={{version}}\ntype=semver,pattern={{major}}", "refs/tags/v1.2.3"),
        ("type=pep440,pattern={{version}}", "refs/tags/1.2rc1"),
        ("type=ref,event=branch\ntype=sha", "refs/heads/main"),
        ("type=edge\ntype=raw,value=fixed,enable={{is_default_branch}}", "refs/heads/main"),
        ("type=match,pattern=v(\\d+),group=1", "refs/tags/v42"),
        ("", "refs/tags/v1.0.0"),
        ("type=ref,event=pr", "refs/pull/3/merge"),
    ],
)
@pytest.mark.parametrize("flavor", ["", "latest=false\nprefix=x-"])
def test_image_tags_are_those_that_the_grader_reads(rules: str, ref: str, flavor: str) -> None:
    github = {
        "event_name": "push", "ref": ref, "sha": "0123456789" * 4, "repository": "anna/hw",
        "server_url": "https://github.com", "event": {"repository": {"default_branch": "main"}},
    }  # fmt: skip
    inputs = {"images": "anna/hw", "tags": rules, "flavor": flavor, "labels": "own=1"}
    made = metadata.outputs(inputs, github, datetime(2026, 11, 28, tzinfo=UTC))
    assert made["tags"] == read_metadata(inputs, github)["tags"]
    assert made["tags"]
    labels = json.loads(made["json"])["labels"]
    assert labels["org.opencontainers.image.source"] == "https://github.com/anna/hw"
    assert labels["org.opencontainers.image.revision"] == github["sha"]
    assert labels["own"] == "1"


def test_dates_in_image_tags_are_filled_and_what_cannot_be_is_refused() -> None:
    github = {"event_name": "push", "ref": "refs/heads/main", "sha": "a" * 40}
    now = datetime(2026, 11, 28, tzinfo=UTC)
    made = metadata.outputs(
        {"images": "a/b", "tags": "type=raw,value={{date 'YYYYMMDD'}}"}, github, now
    )
    assert made["tags"] == "a/b:20261128"
    with pytest.raises(Refused, match="cannot make these tags"):
        metadata.outputs({"images": "a/b", "tags": "type=raw,value={{nonsense}}"}, github, now)


@pytest.mark.parametrize("name", actions.known())
def test_every_stand_in_is_an_action_of_a_module_that_is_there(name: str) -> None:
    owner, repository, *inside = name.split("/")
    folder = actions.folder(f"{owner}/{repository}")
    assert folder is not None
    action = yaml.safe_load(folder.joinpath(*inside, "action.yml").read_text(encoding="utf-8"))
    [step] = action["runs"]["steps"]
    module = step["run"].split(" -m ")[1].split()[0]
    assert (Path(actions.__file__).parent / f"{module.rpartition('.')[2]}.py").is_file()
    given = {text.split("inputs", 1)[1].strip("[]'. }") for text in step["env"].values()}
    assert {
        name for one in given for name in re.findall(r"[a-zA-Z][\w-]*", one) if name != "inputs"
    } <= set(action["inputs"])
    assert len(step["env"]) == step_lines(folder.joinpath(*inside, "action.yml"))


def step_lines(file: Path) -> int:
    """Return how many variables a stand-in's file writes down: YAML keeps the last of two with one name."""
    return sum(
        line.strip().startswith("INPUT_") for line in file.read_text(encoding="utf-8").splitlines()
    )
