"""Bad input, through the real commands: one clear sentence, no crash, nothing run, nothing read elsewhere."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from markdown_it import MarkdownIt

from checker.cli.commands import checker
from tests.test_report_escape import HOSTILE
from tests.watchdog import watchdog

CI = ".github/workflows/ci.yml"
WORKFLOW = "on: push\njobs: {a: {runs-on: x, steps: [{run: ruff check}, {run: pytest}]}}\n"
CALLED = "on: {push: , workflow_call: }\njobs: {a: {uses: ./.github/workflows/ci.yml}}\n"
ALIASES = "a0: &a0 [x]\n" + "".join(f"a{n + 1}: &a{n + 1} [{f'*a{n},' * 10}]\n" for n in range(12))
JOBS = "on: push\njobs:\n" + "".join(
    f" j{n}: {{runs-on: x, steps: [{{run: p}}]}}\n" for n in range(10_000)
)
CIRCLE = "on: push\njobs:\n" + "".join(
    f" {job}: {{runs-on: x, needs: {need}, steps: [{{run: p}}]}}\n"
    for job, need in ("ab", "bc", "ca")
)
BRACKETS = f'on: push\njobs: {{a: {{runs-on: x, steps: [{{run: p, if: "{"(" * 20_000}true{")" * 20_000}"}}]}}}}\n'
Files = Mapping[str, str | bytes | Path]


def write(folder: Path, files: Files) -> Path:
    """Write files; a Path is where a symbolic link leads."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            path.symlink_to(content)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    folder.mkdir(exist_ok=True)
    return folder


def run(*arguments: object) -> Result:
    with watchdog():
        return CliRunner(env={"COLUMNS": "200"}).invoke(checker, list(map(str, arguments)))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("absent", "there is no folder 'absent'", id="no such folder"),
        pytest.param("file", "'file' is a file; give the folder", id="a file"),
        pytest.param("\x1b[31mred", "there is no folder", id="a name with terminal codes"),
        pytest.param("x" * 5_000, "there is no folder 'xxxx", id="a name that is too long"),
    ],
)
@pytest.mark.parametrize("command", ["grade", "explain"])
def test_what_is_no_folder_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, name: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    done = run(command, name)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "\x1b" not in done.stderr
    assert "Traceback" not in done.output
    assert isinstance(done.exception, SystemExit)


NOT_READ = "it is binary, larger than 1 MB, or a link that leads out of the repository"
REFUSED: dict[str, tuple[Files, str]] = {
    "nothing at all": ({}, "There are no workflows yet."),
    "no .github": ({"README.md": "hello"}, "There are no workflows yet."),
    "a .github without workflows": ({".github/CODEOWNERS": "* @me"}, "There are no workflows yet."),
    "workflows in a project's folder": (
        {"hw 2/.github/workflows/ci.yml": WORKFLOW},
        "mkdir -p .github && git mv 'hw 2/.github/workflows' .github/workflows",
    ),
    "workflows in a folder misspelt": (
        {".github/workflow/ci.yml": WORKFLOW},
        "mkdir -p .github/workflows && git mv .github/workflow/ci.yml .github/workflows/ci.yml",
    ),
    "a workflow of another ending": (
        {".github/workflows/ci.yml.txt": WORKFLOW},
        "git mv .github/workflows/ci.yml.txt .github/workflows/ci.yml",
    ),
    "an empty file": ({CI: ""}, "Write it or delete it"),
    "comments alone": ({CI: "# later\n"}, "the file is empty"),
    "a binary file": ({CI: bytes(range(256)) * 40}, "Save it as text (UTF-8)"),
    "UTF-16 without its mark": ({CI: WORKFLOW.encode("utf-16-le")}, NOT_READ),
    "50 MB": ({CI: b"# nothing\n" * 5_000_000}, NOT_READ),
    "a word": ({CI: "hello"}, "a workflow must be a mapping"),
    "a list": ({CI: "- on: push\n"}, "a workflow must be a mapping"),
    "an open bracket": ({CI: "on: [push\n"}, "the file is not valid YAML"),
    "a tab": ({CI: "on: push\njobs:\n\ta: {}\n"}, "indented with spaces, not tabs"),
    "two documents": ({CI: f"{WORKFLOW}---\n{WORKFLOW}"}, "the file is not valid YAML"),
    "aliases": ({CI: f"{ALIASES}on: push\njobs: {{}}\n"}, "aliases make the file too large"),
    "an alias of what holds it": ({CI: "on: push\njobs: &a {b: *a}\n"}, "aliases make the file too large"),
    "20 000 open brackets": ({CI: "on: " + "[" * 20_000}, "the file is not valid YAML"),
    "brackets": ({CI: "on: " + "[" * 150 + "]" * 150}, "nested deeper than 100 levels"),
    "10 000 jobs": ({CI: JOBS}, "10,000 jobs are more than the 2,000 that are read"),
    "needs in a circle": ({CI: CIRCLE}, "jobs wait for each other in a circle: a, b, c"),
    "an expression 20 000 levels deep": ({CI: BRACKETS}, "the expression `(((((((((("),
    "a link to a file": ({CI: Path("/etc/hosts")}, NOT_READ),
    "a link to itself": ({CI: Path("ci.yml")}, NOT_READ),
    "a folder of that name": ({f"{CI}/x": ""}, NOT_READ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_a_repository_that_cannot_be_read_says_why_and_what_to_do(
    tmp_path: Path, files: Files, said: str
) -> None:
    folder = write(tmp_path / "homework", files)
    for done in (run("grade", folder, "--only", "CI1"), run("explain", folder)):
        assert said in " ".join(done.stdout.split())
        assert "Traceback" not in done.output
    grade = json.loads(run("grade", folder, "--only", "CI1", "--format", "json").stdout)
    assert said in json.dumps(grade, ensure_ascii=False)
    assert run("grade", folder, "--only", "CI1").exit_code == 1


READ: dict[str, Files] = {
    "Latin-1": {CI: b"# \xe9t\xe9\n" + WORKFLOW.encode()},
    "Windows-1251": {CI: "name: Проверка\n".encode("cp1251") + WORKFLOW.encode()},
    "UTF-8 with a mark": {CI: WORKFLOW.encode("utf-8-sig")},
    "UTF-16": {CI: WORKFLOW.encode("utf-16")},
    "Windows line ends": {CI: WORKFLOW.replace("\n", "\r\n")},
    "no line end": {CI: WORKFLOW.rstrip()},
    "the other ending": {".github/workflows/ci.yaml": WORKFLOW},
    "a Cyrillic name": {".github/workflows/проверка кода.yml": WORKFLOW},
    "an odd name": {".github/workflows/a:b+c.yml": WORKFLOW},
    "a broken file beside it": {CI: WORKFLOW, ".github/workflows/b.yml": "on: [push"},
    "a workflow that calls itself beside it": {CI: CALLED, ".github/workflows/b.yml": WORKFLOW},
    "a link inside the repository": {"real.yml": WORKFLOW, CI: Path("../../real.yml")},
    "a Makefile that includes itself": {
        CI: "on: push\njobs: {a: {runs-on: x, steps: [{run: make check}]}}\n",
        "Makefile": "include Makefile\ncheck:\n\truff check\n\tpytest\n",
    },
    "a README in another encoding": {CI: WORKFLOW, "README.md": "Привет".encode("utf-16")},
}


@pytest.mark.parametrize("files", READ.values(), ids=READ.keys())
def test_a_repository_that_only_looks_bad_is_read(tmp_path: Path, files: Files) -> None:
    folder = write(tmp_path / "homework", files)
    assert run("grade", folder, "--only", "CI1").exit_code == 0
    assert run("grade", folder, "--only", "CI2").exit_code == 0


# -- names that would act ---------------------------------------------------------------------------

ESCAPES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]")


def hostile(text: str) -> Files:
    """Return a homework in which everything that can have a name has this one."""
    steps = [
        {"name": text, "run": f"ruff check\necho {shlex.quote(text)}\n"},
        {"name": text, "uses": "pypa/gh-action-pypi-publish@v1", "with": {"password": text}},
        {"name": text, "uses": f"me/action@{text}"},
        {"name": text, "run": "docker push me/app:1", "env": {"B": text}},
    ]
    flow = {
        "name": text,
        "on": {"push": {}, "workflow_dispatch": {"inputs": {"a": {"description": text}}}},
        "env": {"A": text},
        "jobs": {
            "a": {"name": text, "runs-on": "x", "environment": text, "steps": steps},
            "b": {
                "name": text,
                "runs-on": "x",
                "needs": "a",
                "steps": [{"run": "echo twine upload"}],
            },
        },
    }
    name = re.sub(r"[/\0\ud800-\udfff]", "_", text)[:60].strip(".") or "x"
    return {CI: yaml.safe_dump(flow), f"{name}/.github/workflows/{name}.yml": WORKFLOW}


class Tags(HTMLParser):
    """The tags of a page with the names of their attributes, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[tuple[str, ...]] = set()
        self.links: set[str | None] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, *sorted(name for name, _ in attrs)))
        self.links |= {value for name, value in attrs if name in {"href", "src"}}


def outputs(folder: Path) -> dict[str, str]:
    """Return all that the checker can print of a folder, by its form."""
    explain = ("explain", folder, "--event", "push")
    found = {
        form: run("grade", folder, "--format", form).stdout
        for form in ("text", "markdown", "json", "html", "github")
    }
    return {
        **found,
        "table": run("explain", folder).stdout,
        "tree": run(*explain).stdout,
        "explained": run(*explain, "--format", "json").stdout,
        "line": run(*explain, "--format", "jsonl").stdout,
        "mermaid": run(*explain, "--format", "mermaid").stdout,
    }


def rendered(markdown: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return outputs(write(tmp_path_factory.mktemp("harmless") / "homework", hostile("a name")))


@pytest.mark.parametrize("text", [text for text in HOSTILE if text and "\ud800" not in text])
def test_hostile_names_act_in_no_output(
    tmp_path: Path, harmless: dict[str, str], text: str
) -> None:
    shown = outputs(write(tmp_path / "homework", hostile(text)))
    for form, output in shown.items():
        assert output, form
        assert not ESCAPES.search(output), form
        output.encode("utf-8")
    for form in ("json", "explained", "line"):
        json.loads(shown[form])
    for page, plain in (
        (Tags(shown["html"]), Tags(harmless["html"])),
        (Tags(rendered(shown["markdown"])), Tags(rendered(harmless["markdown"]))),
    ):
        assert page.found <= plain.found
        assert page.links <= plain.links
    commands = r"^::(\w+)"
    assert set(re.findall(commands, shown["github"], re.MULTILINE)) <= {
        "error",
        "warning",
        "notice",
    }
    arrows = r"-->|---|-\.->|:::|^\s*(?:click|class|style|linkStyle|subgraph)\b"
    assert len(re.findall(arrows, shown["mermaid"], re.MULTILINE)) == len(
        re.findall(arrows, harmless["mermaid"], re.MULTILINE)
    )


# -- nothing is run, nothing is read elsewhere --------------------------------------------------------

MARK = "import pathlib; pathlib.Path(__file__).resolve().parent.joinpath('RAN').touch()\n"
ELSEWHERE = "a secret of the machine"
TRAPS = ("setup.py conftest.py noxfile.py tasks.py dodo.py sitecustomize.py usercustomize.py yaml.py click.py "
         "json.py rich.py typing.py dulwich.py checker.py").split()  # fmt: skip
STEPS = [
    "make -f ../elsewhere/Makefile test", "make include", "bash ../elsewhere/run.sh", "sh $PWD/../elsewhere/run.sh",
    "python ../elsewhere/run.py", "python run.py", "nox", "invoke test", "tox -c ../elsewhere/tox.ini", "python setup.py test",
    "cd .. && cd elsewhere && make test", "cd linked && make test", "./link.sh", "source ./link.sh", "docker build -f ../elsewhere/Dockerfile ..",
    "docker compose -f ../elsewhere/compose.yaml up", "just -f ../elsewhere/justfile", "task -t ../elsewhere/Taskfile.yml",
    "pre-commit run -c ../elsewhere/hooks.yaml", "npm --prefix ../elsewhere test", "poetry -C ../elsewhere run poe test",
    "cat ../elsewhere/secret", "bash -c \"$(cat ../elsewhere/run.sh)\"", "eval $(touch RAN)", "`touch RAN`",
]  # fmt: skip
CHILD = """
import os, sys
inside, allowed, seen = sys.argv[1], tuple(sys.argv[2].split(os.pathsep)), []
def watch(event, given):
    if event in {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn"} or event.startswith("socket."):
        seen.append(f"{event} {given[:2]!r}")
    elif event in {"open", "os.listdir", "os.scandir", "os.chdir", "os.remove", "os.rename", "os.mkdir", "os.symlink"}:
        path = given[0] if isinstance(given[0], str) else ""
        real = os.path.realpath(path) if path else inside
        if not real.startswith((inside + os.sep, *allowed)) and real != inside:
            seen.append(f"{event} {path}")
        elif real.startswith(inside) and event not in {"open", "os.listdir", "os.scandir"}:
            seen.append(f"{event} {path}")
        elif event == "open" and real.startswith(inside) and given[1] not in (None, "r", "rb") and given[1] is not None:
            seen.append(f"open {path} {given[1]}")
    elif event == "exec" and getattr(given[0], "co_filename", "").startswith(inside):
        seen.append(f"exec {given[0].co_filename}")
sys.addaudithook(watch)
from checker.cli import main
sys.argv = ["checker", *sys.argv[3:]]
try:
    main()
except SystemExit:
    pass
for line in seen:
    print("SEEN", line, file=sys.stderr)
"""


@pytest.fixture
def trapped(tmp_path: Path) -> Path:
    """Return a homework that does its best to be run, and to have read what lies outside of it."""
    outside = tmp_path / "elsewhere"
    write(
        outside,
        {
            "secret": ELSEWHERE,
            "Makefile": f"test:\n\tpytest # {ELSEWHERE}\n",
            "run.sh": f"pytest # {ELSEWHERE}\n",
            "run.py": f"import pytest\npytest.main() # {ELSEWHERE}\n",
            "tox.ini": "[testenv]\ncommands = pytest\n",
            "Dockerfile": "FROM x\nRUN pytest\n",
            "compose.yaml": "services: {a: {image: x, command: pytest}}\n",
            "justfile": "a:\n  pytest\n",
            "Taskfile.yml": "tasks: {default: pytest}\n",
            "hooks.yaml": "repos: [{repo: local, hooks: [{id: x, entry: pytest, language: system}]}]\n",
            "package.json": '{"scripts": {"test": "pytest"}}',
            "pyproject.toml": "[tool.poe.tasks]\ntest = 'pytest'\n",
            "ci.yml": WORKFLOW,
            "action.yml": "runs: {using: composite, steps: [{run: pytest, shell: bash}]}\n",
        },
    )
    steps = "".join(f"  - run: {json.dumps(step)}\n" for step in STEPS)
    folder = write(
        tmp_path / "homework",
        {
            CI: f"on: push\njobs:\n a:\n  runs-on: x\n  steps:\n{steps}  - uses: ./linked\n  - uses: ./../elsewhere\n",
            ".github/workflows/linked.yml": outside / "ci.yml",
            "linked": outside,
            "link.sh": outside / "run.sh",
            "Makefile": "include ../elsewhere/Makefile linked/Makefile /etc/hosts\nX := $(shell touch RAN)\ninclude: test\n",
            "run.py": "import linked.run\n" + MARK,
            **dict.fromkeys(TRAPS, MARK),
            "yaml/__init__.py": MARK,
            "pyproject.toml": "[build-system]\nrequires = []\nbuild-backend = 'setup'\nbackend-path = ['.']\n",
        },
    )
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    hook = folder / ".git" / "hooks" / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {folder}/RAN\n")
    hook.chmod(0o755)
    with (folder / ".git" / "config").open("a") as config:
        config.write(
            f'[core]\n\tfsmonitor = "touch {folder}/RAN"\n\tsshCommand = "touch {folder}/RAN"\n'
        )
    return folder


def watched(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the checker in a process that tells what it opens, starts and executes beyond what it may."""
    places = [*sys.path, sys.prefix, sys.base_prefix, str(Path(__file__).parent.parent / "checker")]
    machine = ["/usr/share", "/usr/lib", "/etc/localtime", "/dev/null", "/proc/self", "/sys"]
    allowed = os.pathsep.join([*(os.path.realpath(place) for place in places if place), *machine])
    return subprocess.run(
        [sys.executable, "-I", "-B", "-c", CHILD, os.path.realpath(folder), allowed, *words],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "HOME": str(folder)},
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    "command", [("grade",), ("explain",), ("explain", "--event", "push")], ids="-".join
)
def test_nothing_of_a_repository_is_run_and_nothing_outside_is_read(
    trapped: Path, command: tuple[str, ...]
) -> None:
    done = watched(trapped, *command, ".")
    assert "Traceback" not in done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith("SEEN")] == []
    assert done.stdout
    assert ELSEWHERE not in done.stdout
    assert not list(trapped.rglob("RAN"))


def test_the_watch_sees_what_is_read_elsewhere(trapped: Path) -> None:
    assert "SEEN open" in watched(trapped, "grade", "../elsewhere").stderr


def test_what_lies_outside_earns_nothing(trapped: Path) -> None:
    shown = json.loads(run("explain", trapped, "--format", "json").stdout)
    tools = {activity["tool"] for activity in shown["repositories"][0]["activities"]}
    assert tools
    assert "pytest" not in tools


def test_modules_in_the_current_folder_are_not_taken_for_the_checkers_own(trapped: Path) -> None:
    program = Path(sys.executable).with_name("checker")
    if not program.exists():
        pytest.skip("the command is not installed beside this Python")
    done = subprocess.run(
        [program, "grade", "."], cwd=trapped, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert not list(trapped.rglob("RAN"))
