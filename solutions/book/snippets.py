"""Snippets: the fenced blocks of lessons, each held to the real parsers of its language.

A block's first line may say more than its language: `yaml part="job"` is completed to a workflow before it is
parsed, `yaml system="gitlab"` says whose pipeline it is, and `yaml broken="expected error"` has to be refused with that
error.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from solutions.book.source import Lesson

Parser = Callable[[str], str]
"""Returns what it objects to; empty when the text is right."""

_WORDS = {"part", "broken", "system"}
_TOP = {"on", "jobs", "permissions", "concurrency", "defaults", "run-name"}
_JOB = "jobs:\n  example:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n"


@dataclass(frozen=True)
class Snippet:
    """A fenced block and where it stands."""

    where: str
    """`03_x.py:41`."""
    language: str
    text: str
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What its parsers are chosen by: the language, or which of YAML's many uses it is."""
        if self.language != "yaml":
            return self.language
        if "system" in self.words:
            return self.words["system"]
        return "workflow" if "part" in self.words else _kind_of_yaml(self.text)

    @property
    def whole(self) -> str:
        """The text, completed when it is a part."""
        text = textwrap.dedent(self.text)
        match self.words.get("part", ""):
            case "on" | "top":
                known = _keys(text)
                begin = "" if "on" in known else "on: push\n"
                return begin + text + ("" if "jobs" in known else _JOB)
            case "job":
                return f"on: push\njobs:\n{textwrap.indent(text, '  ')}{_needed(text)}"
            case "step":
                steps = textwrap.indent(text, "      ")
                return (
                    f"on: push\njobs:\n  example:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
                )
        return self.text


@dataclass(frozen=True)
class Finding:
    """What a parser said of a snippet."""

    snippet: Snippet
    parser: str
    said: str


def in_lesson(lesson: Lesson) -> tuple[Snippet, ...]:
    """Return the snippets of a lesson's texts, in both languages."""
    return tuple(
        one
        for cell in lesson.cells
        if cell.kind == "markdown"
        for one in fenced(cell.text, lesson.path.name, cell.line + 1)
    )


def fenced(text: str, name: str, first: int) -> Iterator[Snippet]:
    """Yield the fenced blocks of a Markdown text that begins in a line of a file."""
    from markdown_it import MarkdownIt

    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "fence":
            language, words = _info(token.info)
            where = f"{name}:{first + (token.map or [0])[0]}"
            yield Snippet(where, language, token.content, words)
        elif token.type == "code_block":
            yield Snippet(f"{name}:{first + (token.map or [0])[0]}", "", token.content)


def objections(
    snippets: Iterable[Snippet], parsers: Mapping[str, Mapping[str, Parser]]
) -> tuple[list[str], list[Finding]]:
    """Parse snippets; return what is wrong about them by line, and what each parser said of each."""
    problems: list[str] = []
    findings: list[Finding] = []
    for one in snippets:
        chosen = parsers.get(one.kind)
        if chosen is None:
            known = ", ".join(sorted({kind for kind in parsers if kind not in _YAMLS} | {"yaml"}))
            problems.append(
                f"{one.where}: a block of {one.language or 'no language'!r}; expected one of {known}"
            )
            continue
        if odd := set(one.words) - _WORDS:
            problems.append(
                f"{one.where}: {min(odd)!r} is not known; expected part=, system= or broken="
            )
        said = {name: _once(parse, one.whole) for name, parse in chosen.items()}
        findings += [Finding(one, name, text) for name, text in said.items()]
        problems += _judged(one, said)
    return problems, findings


@cache
def _once(parse: Parser, text: str) -> str:
    """Parse a text once, though it stands in both languages."""
    return parse(text)


def _judged(one: Snippet, said: Mapping[str, str]) -> Iterator[str]:
    broken = one.words.get("broken")
    if broken is None:
        for name, text in said.items():
            if text:
                yield f"{one.where}: {name} refuses the {one.kind}: {text}"
    elif not broken or not any(broken in text for text in said.values()):
        heard = "; ".join(f"{name}: {text or 'takes it'}" for name, text in said.items())
        yield f"{one.where}: expected the error {broken!r}; {heard or 'nothing parses it'}"


def _info(info: str) -> tuple[str, dict[str, str]]:
    try:
        language, *words = shlex.split(info) or [""]
    except ValueError:
        return info.partition(" ")[0], {info: ""}
    return language, {name: value for name, _, value in (word.partition("=") for word in words)}


# YAML

_YAMLS = {"workflow", "action", "hooks", "steps", "yaml", "gitlab", "tekton"}


def _kind_of_yaml(text: str) -> str:
    try:
        documents = list(yaml.load_all(text, Loader=yaml.BaseLoader))
    except yaml.YAMLError:
        return "workflow" if re.search(r"^(on|jobs):", text, re.MULTILINE) else "yaml"
    found = documents[0] if len(documents) == 1 else None
    if isinstance(found, Mapping):
        if "runs" in found:
            return "action"
        if "repos" in found:
            return "hooks"
        return "workflow" if _TOP & set(found) else "yaml"
    if isinstance(found, Sequence) and any(
        isinstance(one, Mapping) and {"uses", "run"} & set(one) for one in found
    ):
        return "steps"
    return "yaml"


def _keys(text: str) -> set[str]:
    try:
        found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes strings only
    except yaml.YAMLError:
        return set()
    return set(found) if isinstance(found, Mapping) else set()


def _needed(text: str) -> str:
    """Return jobs for those that the jobs of a part need and that are not in it."""
    try:
        found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes strings only
    except yaml.YAMLError:
        return ""
    jobs = found if isinstance(found, Mapping) else {}
    needed: list[str] = []
    for job in jobs.values():
        needs = job.get("needs", []) if isinstance(job, Mapping) else []
        needed += [needs] if isinstance(needs, str) else needs
    missing = dict.fromkeys(name for name in needed if name not in jobs)
    shape = "  {}:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n"
    return "".join(shape.format(name) for name in missing)


# Parsers


def of_checker(text: str) -> str:
    """Read a workflow as the grader does."""
    from checker.actions.syntax import read_workflow

    return "; ".join(str(error) for error in read_workflow("snippet.yml", text).errors)


def of_act(text: str) -> str:
    """Have act look at a workflow: `act --validate --strict`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ci.yml"
        path.write_text(text, encoding="utf-8")
        environment = {
            **os.environ,
            "HOME": folder,
            "XDG_CONFIG_HOME": folder,
            "XDG_CACHE_HOME": folder,
        }
        done = subprocess.run(
            [_program("act"), "--validate", "--strict", "-W", str(path)],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    return done.stderr.partition("Error: ")[2].strip() or "refused" if done.returncode else ""


def of_action(text: str) -> str:
    """Read an action file as the grader does."""
    from checker.actions.syntax import read_action

    found = read_action("action.yml", text)
    return "; ".join(str(error) for error in found.errors)


def of_pre_commit(text: str) -> str:
    """Have pre-commit look at its configuration."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ".pre-commit-config.yaml"
        path.write_text(text, encoding="utf-8")
        return _ran([_program("pre-commit"), "validate-config", str(path)], folder)


def of_pyyaml(text: str) -> str:
    """Read YAML of any use."""
    try:
        list(yaml.safe_load_all(text))
    except yaml.YAMLError as error:
        return str(error)
    return ""


def of_steps(_text: str) -> str:
    """Refuse steps that do not say so."""
    return 'these look like steps of a job; say so: ```yaml part="step"'


def of_tomllib(text: str) -> str:
    """Read TOML."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return str(error)
    return ""


def of_json(text: str) -> str:
    """Read JSON."""
    try:
        json.loads(text)
    except ValueError as error:
        return str(error)
    return ""


def of_python(text: str) -> str:
    """Read Python."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        return str(error)
    return ""


def of_bash(text: str) -> str:
    """Have bash read a script without running it; a prompt is no part of a script."""
    if prompt := re.search(r"^\$ .*", text, re.MULTILINE):
        return f"a prompt is no part of what is typed: {prompt[0]!r}"
    return _ran([shutil.which("bash") or "bash", "-n"], text=text)


def of_images(text: str) -> str:
    """Read a Dockerfile as the grader does; it passes over what it does not know."""
    from checker.actions.recipes.docker.dockerfile import Build, stages_of

    found = stages_of(text, Build("Dockerfile", "."), lambda _: False)
    return "" if found else "there is no stage in it: no FROM"


def of_hadolint(text: str) -> str:
    """Have hadolint read a Dockerfile; its advice is not asked for, only whether it can be read."""
    done = subprocess.run(
        [_program("hadolint"), "--no-fail", "--format", "json", "-"],
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        return done.stderr.strip()
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return "; ".join(
        f"line {one['line']}: {one['message']}" for one in found if one["code"] == "DL1000"
    )


def of_system(name: str) -> Parser:
    """Return what reads a pipeline of GitLab, Jenkins or Tekton as the lesson about them does."""

    def parse(text: str) -> str:
        from checker.workbook.systems import read

        try:
            read(name, text)
        except ValueError as error:
            return str(error)
        return ""

    return parse


PARSERS: dict[str, dict[str, Parser]] = {
    "workflow": {"checker": of_checker, "act": of_act},
    "action": {"checker": of_action},
    "hooks": {"pre-commit": of_pre_commit},
    "steps": {"checker": of_steps},
    "yaml": {"PyYAML": of_pyyaml},
    "toml": {"tomllib": of_tomllib},
    "json": {"json": of_json},
    "python": {"ast": of_python},
    "sh": {"bash": of_bash},
    "dockerfile": {"checker": of_images, "hadolint": of_hadolint},
    "text": {},
    "groovy": {"Jenkinsfile": of_system("jenkins")},
    "gitlab": {"GitLab's schema": of_system("gitlab")},
    "tekton": {"Tekton's rules": of_system("tekton")},
}
"""By kind of snippet, those who parse it."""


def with_githubs() -> dict[str, dict[str, Parser]]:
    """Return all parsers and GitHub's own of workflows, which the tests install with npm."""
    return {**PARSERS, "workflow": {**PARSERS["workflow"], "@actions/workflow-parser": of_github}}


def of_github(text: str) -> str:
    """Read a workflow with GitHub's own parser."""
    from tests.oracles import parse_workflows

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ci.yml"
        path.write_text(text, encoding="utf-8")
        (found,) = parse_workflows([path])
    return "; ".join(found["errors"])


def _program(name: str) -> str:
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.is_file() else name


def _ran(words: Sequence[str], folder: str | None = None, *, text: str = "") -> str:
    done = subprocess.run(
        words, input=text, cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    return (done.stderr + done.stdout).strip() or "refused" if done.returncode else ""
