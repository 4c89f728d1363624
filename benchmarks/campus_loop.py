"""What a campus costs beside act, pypiserver and docker-registry by hand: python benchmarks/campus_loop.py [RUNS].

The loop is the same on both sides: one workflow file (benchmarks/loop.yml) lints, tests, builds, uploads with twine and
pushes an image with skopeo. On the campus it begins with `git push` and ends with the grade. By hand act is started
by itself, with pypiserver and docker-registry beside it, and what came out is looked up at both. They take turns.

Then the reference homework on the campus, from the first push to all 30 points; how long the campus takes to start,
and how much memory its parts have. Needs Debian's docker-registry, skopeo and umoci (`sh .ci/debian`).
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import requests

from clock import Timing, program, report

sys.path.insert(0, str(Path(__file__).parent.parent))

from checker.campus import campus
from checker.campus.actions.pythons import installed, nearest
from checker.campus.index.wheels import stock_of
from checker.campus.part import reaches
from checker.campus.people import Person
from checker.campus.place import HOST, Place
from checker.campus.runner import act
from checker.campus.store import Store
from checker.campus.supervisor import Supervisor, running
from checker.workbook.desk import Desk
from solutions.variants import write_reference

LOOP = Path(__file__).with_name("loop.yml")
WORKFLOW = ".github/workflows/loop.yml"
LIBRARY = "loop-of-a-campus"
FILES = {
    "README.md": "# Loop\n",
    "pyproject.toml": f"""\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{LIBRARY}"
requires-python = ">=3.11"
dynamic = ["version"]

[tool.hatch.version]
path = "version.txt"
pattern = "(?P<version>.+)"

[tool.hatch.build.targets.wheel]
packages = ["means"]
""",
    "means/__init__.py": """\
\"\"\"Means of numbers.\"\"\"

from collections.abc import Sequence


def mean(numbers: Sequence[float]) -> float:
    \"\"\"Return the mean of some numbers.\"\"\"
    return sum(numbers) / len(numbers)
""",
    "tests/test_mean.py": """\
from means import mean


def test_a_mean_lies_in_the_middle() -> None:
    assert mean([1, 2, 6]) == 3
""",
}
STUDENT = "Иванова Анна"
WITHOUT = ("forge", "runner", "index", "registry")
"""The parts that the three items of the homework need; the others are for the bonus."""
PYTHON = "3.12"
"""What ubuntu-latest has, and jobs on the campus get without setup-python."""
SECRETS = ("DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN")
_BEGUN = time.monotonic()


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    for name in ("docker-registry", "skopeo", "umoci"):
        if shutil.which(name) is None:
            sys.exit(f"{name} is not installed; `sh .ci/debian` installs it as root on Debian")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        place = Place.open(root / "campus")
        campus.lay_in(place, _say)
        starts: dict[str, float] = {}
        with _servers(root, stock_of(place).folder / "wheels") as hand:
            starts["pypiserver and docker-registry"] = hand.seconds
            with _up(place, WITHOUT) as seconds:
                starts["campus, four parts"] = seconds
                loops: dict[str, ByHand | OnCampus] = {
                    "act and two servers by hand": hand,
                    "campus": OnCampus.of(root, place),
                }
                clock, busy = _race(loops, runs)
                memory = {"two servers by hand": hand.memory, "campus": _memory(place)}
                homework = _homework(root, place)
        with _up(Place.open(root / "another"), ()) as seconds:
            starts["campus, all six parts"] = seconds
            memory["campus with MLflow and S3"] = _memory(Place.open(root / "another"))
    print()
    report(f"from a push to a result that was looked up, median of {runs} runs", clock)
    report("the same in seconds of processors", busy)
    for name, seconds in {**homework, **{f"start of {one}": starts[one] for one in starts}}.items():
        print(f"  {name:<40} {seconds:6.1f} s")
    first = sum(memory["two servers by hand"].values())
    for name, parts in memory.items():
        shown = ", ".join(f"{one} {size}" for one, size in parts.items())
        total = sum(parts.values())
        print(f"  memory of {name:<28} {total:5} MB   {total / first:6.1f} ×   ({shown})")
    print(json.dumps({"homework": homework, "starts": starts, "memory": memory}))


@dataclass
class ByHand:
    """act, and two servers of one's own."""

    root: Path
    index: str
    registry: str
    seconds: float
    """How long the servers took to start."""
    processes: Sequence[subprocess.Popen[bytes]]

    def loop(self, version: str) -> None:
        """Run the workflow with act, and look at both servers for what came out."""
        folder = _project(self.root / "by-hand", version)
        _git(folder, "commit", "--quiet", "--all", f"--message={version}")
        given = {
            "PIP_INDEX_URL": f"{self.index}/simple/",
            "TWINE_REPOSITORY_URL": f"{self.index}/",
            "CAMPUS_REGISTRY": self.registry.removeprefix("http://"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }
        words = [act.program(), "push", "-W", WORKFLOW, "--rm", "--no-cache-server"]
        words += ["-P", "ubuntu-latest=-self-hosted"]
        for name, value in given.items():
            words += ["--env", f"{name}={value}"]
        for name in SECRETS:
            words += ["-s", name]
        given_to = {"PATH": f"{self.root / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        given_to |= dict(zip(SECRETS, ("ivanova_anna", "nobody-asks-for-it"), strict=True))
        _done(words, folder, given_to)
        page = requests.get(f"{self.index}/simple/{LIBRARY}/", timeout=10).text
        tags = requests.get(f"{self.registry}/v2/ivanova_anna/loop/tags/list", timeout=10).json()
        if f"-{version}-py3" not in page or version not in tags["tags"]:
            sys.exit(f"by hand, {version} did not arrive; nothing was measured")

    @property
    def servers(self) -> Sequence[int]:
        """The ids of the servers' processes."""
        return [one.pid for one in self.processes]

    @property
    def memory(self) -> dict[str, int]:
        """Megabytes of each server."""
        names = ("pypiserver", "docker-registry")
        sizes = (psutil.Process(one).memory_info().rss for one in self.servers)
        return {name: round(size / 1_000_000) for name, size in zip(names, sizes, strict=True)}


@dataclass
class OnCampus:
    """A student's repository on a campus."""

    place: Place
    person: Person
    desk: Desk

    @classmethod
    def of(cls, root: Path, place: Place) -> OnCampus:
        """Make the repository, with the secrets of its workflow."""
        person = campus.join(place, STUDENT)
        folder = _project(root / "on-campus", "0.0.0")
        shutil.rmtree(folder / ".git")
        variables = campus.variables(place, person)
        desk = Desk(folder, person.login, "loop", variables)
        desk.prepare(dict(zip(SECRETS, (person.login, person.token), strict=True)))
        return cls(place, person, desk)

    @property
    def servers(self) -> Sequence[int]:
        """The ids of the parts' processes."""
        return [pid for name, pid in running(self.place).items() if name]

    def loop(self, version: str) -> None:
        """Push, wait for the run, and grade."""
        (self.desk.folder / "version.txt").write_text(f"{version}\n", encoding="utf-8")
        self.desk.commit(version)
        self.desk.push("main")
        _rest(self.place)
        grade = _grade(self.place, self.desk.full_name)
        [newest, *_] = self.desk.repo("GET", "/actions/runs")["workflow_runs"]
        outcomes = {
            line["id"]: line["outcome"] for item in grade["items"] for line in item["criteria"]
        }
        if newest["conclusion"] != "success" or outcomes["CI5"] != "met":
            jobs = self.desk.repo("GET", f"/actions/runs/{newest['id']}/jobs")["jobs"]
            steps = {one["name"]: one["conclusion"] for one in jobs[0]["steps"]}
            sys.exit(f"on the campus {version} did not arrive: {steps}; nothing was measured")


def _race(
    loops: Mapping[str, ByHand | OnCampus], runs: int
) -> tuple[Sequence[Timing], Sequence[Timing]]:
    """Let all go round `runs` times in turns, after one round each that does not count.

    Returns seconds by the clock, and seconds of processors, which other work on the machine does not stretch much.
    """
    clock: dict[str, list[float]] = {name: [] for name in loops}
    busy: dict[str, list[float]] = {name: [] for name in loops}
    for turn in range(runs + 1):
        for name, one in loops.items():
            start, used = time.perf_counter(), _processors(one.servers)
            one.loop(f"0.{turn + 1}.0")
            seconds, used = time.perf_counter() - start, _processors(one.servers) - used
            ignored = "" if turn else ", which does not count"
            _say(f"{name}: {seconds:.1f} s, {used:.1f} s of processors{ignored}")
            if turn:
                clock[name].append(seconds)
                busy[name].append(used)
    return tuple(
        tuple(Timing(name, tuple(seconds)) for name, seconds in found.items())
        for found in (clock, busy)
    )  # type: ignore[return-value]


def _processors(servers: Sequence[int]) -> float:
    """Return the seconds of processors that servers and all that ended of what was started have used."""
    mine = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = mine.ru_utime + mine.ru_stime
    for pid in servers:
        for one in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            total += sum(one.cpu_times()[:4])  # its own, and of its children that ended
    return total


def _homework(root: Path, place: Place) -> dict[str, float]:
    """Hand in the reference homework, unmodified; return the seconds from its first push."""
    person = campus.join(place, "Петров Борис")
    folder = write_reference(root / "homework")
    desk = Desk(folder, person.login, "homework", campus.variables(place, person))
    desk.prepare(dict(zip(SECRETS, (person.login, person.token), strict=True)))
    desk.commit("Begin", "README.md")
    desk.push("main")
    desk.start_over("hw")
    desk.commit("Homework")
    start = time.perf_counter()
    desk.push("hw")
    number = desk.open("Homework", "hw")
    _rest(place)
    _grade(place, desk.full_name)
    checked = time.perf_counter() - start
    desk.merge(number)
    desk.tag("v1.2.3")
    _rest(place)
    grade = _grade(place, desk.full_name)
    if grade["points"] != grade["of"]:
        sys.exit(f"the reference homework earned {grade['summary']}; nothing was measured")
    whole = time.perf_counter() - start
    _say(f"the reference homework: {grade['summary']} after {whole:.1f} s")
    return {"homework, five jobs checked and graded": checked, "homework, to 30 of 30": whole}


@contextmanager
def _servers(root: Path, wheels: Path) -> Iterator[ByHand]:
    """Serve pypiserver and docker-registry as one does by hand."""
    uploads, images = root / "uploads", root / "images"
    uploads.mkdir()
    (root / "bin").mkdir()  # the Python that steps get on the campus
    known = installed()
    (root / "bin" / "python").symlink_to(known[nearest(known, PYTHON)])
    ports = Place.open(root / "ports")
    index, registry = ports.url("index"), ports.url("registry")
    settings = {
        "version": "0.1",
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(images)}},
        "http": {"addr": f"{HOST}:{ports.port('registry')}"},
    }
    (root / "registry.json").write_text(json.dumps(settings), encoding="utf-8")  # JSON is YAML
    served = [program("pypi-server"), "run", "-i", HOST, "-p", str(ports.port("index"))]
    served += ["-a", ".", "-P", ".", "--disable-fallback", str(uploads), str(wheels)]
    commands = (served, ["docker-registry", "serve", str(root / "registry.json")])
    start = time.perf_counter()
    quiet = subprocess.DEVNULL
    processes = [subprocess.Popen(one, stdout=quiet, stderr=quiet) for one in commands]
    try:
        while not (reaches(index) and reaches(f"{registry}/v2/")):
            if time.perf_counter() - start > 60 or any(one.poll() is not None for one in processes):
                sys.exit("pypiserver or docker-registry did not start")
            time.sleep(0.02)
        yield ByHand(root, index, registry, time.perf_counter() - start, processes)
    finally:
        for one in processes:
            one.terminate()
            one.wait(10)


@contextmanager
def _up(place: Place, names: Sequence[str]) -> Iterator[float]:
    """Keep parts of a campus up, all without names; give the seconds that the start took."""
    parts = tuple(one for one in campus.parts() if not names or one.name in names)
    with Supervisor(place, parts) as supervisor:
        start = time.perf_counter()
        supervisor.up()
        seconds = time.perf_counter() - start
        _say(f"a campus of {len(parts)} parts is up after {seconds:.1f} s")
        yield seconds


def _memory(place: Place) -> dict[str, int]:
    return {one.name: one.megabytes for one in campus.standings(place) if one.pid}


def _rest(place: Place) -> None:
    """Wait until no event waits, and no run is queued or in progress."""
    store = Store(place)
    while not store.is_quiet:
        time.sleep(0.02)
    store.close()


def _grade(place: Place, full_name: str) -> dict[str, Any]:
    words = [sys.executable, "-m", "checker", "grade", "--campus", full_name, "--format", "json"]
    done = subprocess.run(
        [*words, "--only", "CI", "--only", "LIB", "--only", "IMG"],
        env={**os.environ, "CHECKER_CAMPUS": str(place.root), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in {0, 1, 3}:
        sys.exit(f"checker grade ended with status {done.returncode}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _project(folder: Path, version: str) -> Path:
    """Return the loop's project at a version, in a git repository of its own."""
    if not folder.exists():
        for name, text in {**FILES, WORKFLOW: LOOP.read_text(encoding="utf-8")}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        (folder / "version.txt").touch()
        _git(folder, "init", "--quiet", "--initial-branch=main")
        _git(folder, "add", "--all")
        _git(folder, "commit", "--quiet", "--message=Begin")
    (folder / "version.txt").write_text(f"{version}\n", encoding="utf-8")
    return folder


def _git(folder: Path, *words: str) -> None:
    own = ("-c", "user.name=A", "-c", "user.email=a@campus.invalid", "-c", "commit.gpgsign=false")
    _done(["git", *own, *words], folder, {})


def _done(words: Sequence[str], folder: Path, variables: Mapping[str, str]) -> None:
    """Run a program to its end; exit when it fails."""
    path = os.environ["PATH"]
    done = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, "PATH": path, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(words)[:200]} failed:\n{(done.stdout + done.stderr)[-3000:]}")


def _say(text: str) -> None:
    print(f"{time.monotonic() - _BEGUN:6.1f} s  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
