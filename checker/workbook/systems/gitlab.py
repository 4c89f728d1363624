"""A `.gitlab-ci.yml` as a pipeline.

Sources: GitLab Docs, "CI/CD YAML syntax reference", "Specify when jobs run with rules", "Predefined variables",
read November 2026; the structure is held to GitLab's own schema, which check-jsonschema carries. Not read: `include`,
`!reference`, `trigger`, and what only a run can tell (`changes`, `exists`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from checker.workbook.systems import leaks
from checker.workbook.systems.conditions import holds
from checker.workbook.systems.documents import Map, only, refused
from checker.workbook.systems.gitlab_schema import held_to_schema
from checker.workbook.systems.happenings import HAPPENINGS, SOURCE_BRANCH, Happening
from checker.workbook.systems.patterns import searched
from checker.workbook.systems.pipeline import (
    MAX_JOBS,
    Job,
    Leak,
    Pipeline,
    commands_of,
    pythons_in,
)

MAX_EXTENDS = 11
"""GitLab follows `extends` so deep."""
MAX_ROWS = 200
"""GitLab makes at most so many jobs of one matrix."""

_STAGES = (".pre", "build", "test", "deploy", ".post")
_GLOBAL = {
    "default", "include", "stages", "variables", "workflow", "image", "services", "cache",
    "before_script", "after_script", "spec", "types",
}  # fmt: skip
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)")
_OWN = re.compile(r"CI(_|$)|GITLAB_|HOME$|PATH$|PWD$|USER$|PYTHON|PIP_")
"""Variables that are there in every job, so that a script that reads them reads no secret."""
_OUTCOMES = {"never": "no", "manual": "depends"}


def read(text: str) -> Pipeline:
    """Read a `.gitlab-ci.yml`. Raises ValueError, with the line, for one that GitLab refuses."""
    file = only(text)
    for number, line in enumerate(text.splitlines(), 1):
        if "!reference" in line:
            raise refused(number, "`!reference` is not read here; `extends` says the same")
    if "include" in file:
        raise refused(file.at("include"), "`include` brings in files that cannot be read here")
    held_to_schema(file)
    jobs = {
        name: _whole(file, name)
        for name in file
        if name not in _GLOBAL and not name.startswith(".") and Map(file.values[name])
    }
    if not jobs:
        raise refused(1, "there is no job: a key of its own with a `script`")
    if len(jobs) > MAX_JOBS:
        raise ValueError(f"there are more than {MAX_JOBS} jobs")
    reading = _Reading(file, jobs, text)
    return reading.pipeline()


@dataclass
class _Reading:
    file: Map
    jobs: Mapping[str, Map]
    text: str
    stages: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        named = self.file.texts("stages")
        self.stages = (".pre", *named, ".post") if named else _STAGES

    def pipeline(self) -> Pipeline:
        """Return the pipeline of all jobs."""
        after = {name: self.after(name) for name in self.jobs}
        _no_circle(after, self.jobs)
        runs: dict[str, dict[str, str]] = {name: {} for name in self.jobs}
        for one in HAPPENINGS:
            for name, answer in self.created(one).items():
                runs[name][one.name] = answer
        jobs = tuple(self.job(name, after[name], runs[name]) for name in self.jobs)
        found = [*leaks.literals(self.text), *itertools.chain(*map(self.leaks, self.jobs))]
        return Pipeline("gitlab", jobs, tuple(dict.fromkeys(found)))

    def stage(self, name: str) -> str:
        """Return a job's stage."""
        job = self.jobs[name]
        stage = job.text("stage") or "test"
        if stage not in self.stages:
            known = ", ".join(one for one in self.stages if one not in {".pre", ".post"})
            raise refused(
                job.at("stage"), f"`{name}` chooses the stage `{stage}`, and there are {known}"
            )
        return stage

    def after(self, name: str) -> frozenset[str]:
        """Return the jobs that a job waits for: those it needs, else all of earlier stages."""
        job = self.jobs[name]
        place = self.stages.index(self.stage(name))
        if "needs" not in job:
            return frozenset(one for one in self.jobs if self.stages.index(self.stage(one)) < place)
        for need in self.needs(name):
            if need not in self.jobs:
                raise refused(job.at("needs"), f"`{name}` needs `{need}`, and there is no such job")
            if self.stages.index(self.stage(need)) > place:
                raise refused(
                    job.at("needs"), f"`{name}` needs `{need}`, which is in a later stage"
                )
        return frozenset(self.needs(name))

    def needs(self, name: str) -> dict[str, bool]:
        """Return the jobs that are needed, and whether each may be missing."""
        job = self.jobs[name]
        plainly = dict.fromkeys(job.texts("needs"), False)
        return plainly | {
            one.text("job"): one.text("optional") == "true"
            for one in job.maps("needs")
            if one.text("job")
        }

    def created(self, one: Happening) -> dict[str, str]:
        """Return whether each job is in the pipeline that something makes."""
        nothing = dict.fromkeys(self.jobs, "no")
        if one.kind == "closed":
            return nothing
        values = _variables(one, self.file.map("variables"))
        workflow = self.file.map("workflow")
        made = _ruled(workflow, values) if "rules" in workflow else "yes"
        if made == "no":
            return nothing
        found: dict[str, str] = {}
        for name, job in self.jobs.items():
            if "rules" in job:
                answer = _ruled(job, values, job.text("when"))
            elif "only" in job or "except" in job:
                answer = _only(job, one, values)
            elif "rules" in workflow or one.kind != "pull":
                answer = _OUTCOMES.get(job.text("when"), "yes")
            else:
                answer = "no"  # a job without rules is in no pipeline of a merge request
            found[name] = "depends" if (made, answer) == ("depends", "yes") else answer
        for name, answer in found.items():
            missing = [
                need
                for need, optional in (
                    self.needs(name) if "needs" in self.jobs[name] else {}
                ).items()
                if not optional and found.get(need) == "no"
            ]
            if answer != "no" and missing:
                return nothing  # GitLab makes no pipeline in which a needed job is missing
        return found

    def script(self, name: str) -> tuple[str, ...]:
        """Return the lines of a job's scripts."""
        job, default = self.jobs[name], self.file.map("default")
        before = (
            job if "before_script" in job else default if "before_script" in default else self.file
        )
        return (*before.texts("before_script"), *job.texts("script"), *job.texts("after_script"))

    def job(self, name: str, after: frozenset[str], runs: Mapping[str, str]) -> Job:
        """Return a job."""
        job = self.jobs[name]
        script = "\n".join(self.script(name))
        default = self.file.map("default")
        owner = next((one for one in (job, default, self.file) if "image" in one), Map(None))
        image = owner.text("image") or owner.map("image").text("name")
        variables = _texts(self.file.map("variables")) | _texts(job.map("variables"))
        rows = list(_rows(job, name))
        commands, masked = commands_of(script)
        pythons = frozenset[str]().union(
            *(
                pythons_in(_filled(image, variables | row), _filled(script, variables | row))
                for row in rows
            )
        )
        declared = {*variables, *rows[0]}
        return Job(
            name=name,
            line=job.line,
            commands=commands,
            after=after,
            pythons=pythons,
            secrets=frozenset(_secrets(script, variables, declared)),
            runs=runs,
            masked=masked
            or ("" if job.text("allow_failure") in {"", "false"} else "allow_failure: true"),
        )

    def leaks(self, name: str) -> Iterator[Leak]:
        """Yield the lines of a job that give a secret away."""
        job = self.jobs[name]
        variables = _texts(self.file.map("variables")) | _texts(job.map("variables"))
        secrets = set(_secrets("\n".join(self.script(name)), variables, set(variables)))
        secrets |= {
            key for key, value in variables.items() if secrets & set(_VARIABLE.findall(value))
        }
        for key in ("before_script", "script", "after_script"):
            node = job.values.get(key)
            for line in (
                getattr(node, "value", ())
                if node is not None and not isinstance(node.value, str)
                else ()
            ):
                start = line.start_mark.line + 1 + (line.style in {"|", ">"})
                if isinstance(line.value, str):
                    yield from leaks.printed(line.value, start, secrets)


def keeps(text: str, role: str) -> tuple[str, ...]:
    """Return the paths that a role's jobs hand on as artifacts. Raises ValueError."""
    file = only(text)
    jobs = {one.name: one.role for one in read(text).jobs}
    return tuple(
        path
        for name, its in jobs.items()
        if its == role
        for path in _whole(file, name).map("artifacts").texts("paths")
    )


def _whole(file: Map, name: str, seen: tuple[str, ...] = ()) -> Map:
    """Return a job with what it extends; its own keys count more, those of mappings are joined."""
    job = Map(file.values.get(name))
    found = Map(job.node)
    for base in reversed(job.texts("extends")):
        if base not in file.values:
            raise refused(job.at("extends"), f"`{name}` extends `{base}`, and there is no such job")
        if base in seen or base == name or len(seen) >= MAX_EXTENDS:
            raise refused(job.at("extends"), f"`{name}` extends itself, or too many others")
        above = _whole(file, base, (*seen, name))
        joined = {key: above.values[key] for key in above if key not in found.values}
        found.values = joined | found.values
    return found


def _variables(one: Happening, own: Map) -> dict[str, object]:
    """Return the variables of a pipeline that conditions ask for; None stands for what is not there."""
    given: dict[str, object] = dict.fromkeys(
        (
            "CI_COMMIT_BRANCH", "CI_COMMIT_TAG", "CI_MERGE_REQUEST_ID", "CI_MERGE_REQUEST_IID",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
            "CI_MERGE_REQUEST_EVENT_TYPE", "CI_OPEN_MERGE_REQUESTS",
        )
    )  # fmt: skip
    given |= dict(_texts(own))
    given |= {"CI_DEFAULT_BRANCH": "main", "CI": "true", "GITLAB_CI": "true"}
    match one.kind:
        case "tag":
            given |= {
                "CI_PIPELINE_SOURCE": "push",
                "CI_COMMIT_TAG": one.tag,
                "CI_COMMIT_REF_NAME": one.tag,
            }
        case "pull":
            given |= {
                "CI_PIPELINE_SOURCE": "merge_request_event",
                "CI_COMMIT_REF_NAME": SOURCE_BRANCH,
                "CI_MERGE_REQUEST_ID": "1",
                "CI_MERGE_REQUEST_IID": "1",
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": one.branch,
                "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": SOURCE_BRANCH,
                "CI_MERGE_REQUEST_EVENT_TYPE": "detached",
            }
        case _:
            source = "schedule" if one.kind == "clock" else "push"
            given |= {
                "CI_PIPELINE_SOURCE": source,
                "CI_COMMIT_BRANCH": one.branch,
                "CI_COMMIT_REF_NAME": one.branch,
            }
    return given


def _ruled(owner: Map, values: Mapping[str, object], usual: str = "") -> str:
    """Answer by the first rule that holds; no rule is no."""
    doubt = False
    for rule in owner.maps("rules"):
        condition = rule.text("if")
        try:
            found = holds(condition, values) if condition else True
        except ValueError as error:
            raise refused(rule.at("if"), str(error)) from None
        if found is not False and ({"changes", "exists"} & set(rule)):
            found = None
        when = _OUTCOMES.get(rule.text("when") or usual, "yes")
        if found:
            return "depends" if doubt and when == "yes" else when
        doubt = doubt or (found is None and when != "no")
    return "depends" if doubt else "no"


def _only(job: Map, one: Happening, values: Mapping[str, object]) -> str:
    """Answer by `only` and `except`, which came before rules."""
    for key, wanted in (("only", True), ("except", False)):
        if key not in job:
            if key == "only" and one.kind == "pull":
                return "no"  # they stand for branches and tags
            continue
        node = job.map(key)
        if node and set(node) - {"refs"}:
            return "depends"
        refs = node.texts("refs") if node else job.texts(key)
        if any(_ref(ref, one, values, job.at(key)) for ref in refs) is not wanted:
            return "no"
    return _OUTCOMES.get(job.text("when"), "yes")


def _ref(ref: str, one: Happening, values: Mapping[str, object], line: int) -> bool:
    kinds = {"branches": ("push", "clock"), "tags": ("tag",), "merge_requests": ("pull",)}
    kinds |= {"pushes": ("push", "tag"), "schedules": ("clock",)}
    if ref in kinds:
        return one.kind in kinds[ref]
    name = str(values["CI_COMMIT_REF_NAME"])
    if one.kind == "pull":
        return False
    if ref.startswith("/") and ref.rstrip("i").endswith("/"):
        try:
            return searched(ref.rstrip("i")[1:-1], name)
        except ValueError as error:
            raise refused(line, str(error)) from None
    return ref == name


def _rows(job: Map, name: str) -> Iterator[dict[str, str]]:
    """Yield the variables of each job that `parallel:matrix` makes; one without any for none."""
    made = 0
    for entry in job.map("parallel").maps("matrix"):
        keys = list(entry)
        for values in itertools.product(*(entry.texts(key) for key in keys)):
            made += 1
            if made > MAX_ROWS:
                raise refused(job.line, f"`{name}` would be more than {MAX_ROWS} jobs")
            yield dict(zip(keys, values, strict=True))
    if not made:
        yield {}


def _texts(variables: Map) -> dict[str, str]:
    return {key: variables.text(key) or variables.map(key).text("value") for key in variables}


def _filled(text: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        return values.get(found[1] or found[2], found[0])[:200]

    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", value, text)


def _secrets(script: str, variables: Mapping[str, str], declared: set[str]) -> Iterator[str]:
    """Yield the variables that nothing in the file defines, so that they come from the project's settings."""
    assigned = set(re.findall(r"^\s*(?:export\s+)?([A-Za-z_]\w*)=", script, re.MULTILINE))
    assigned |= set(re.findall(r"\bfor\s+(\w+)\s+in\b", script))
    for text in (script, *(value for value in variables.values())):
        for name in _VARIABLE.findall(text):
            if (name not in declared | assigned and name.isupper() and not _OWN.match(name)) or (
                name in declared and variables.get(name) in {f"${name}", f"${{{name}}}"}
            ):
                yield name


def _no_circle(after: Mapping[str, frozenset[str]], jobs: Mapping[str, Map]) -> None:
    done: set[str] = set()
    while ready := [name for name in after if name not in done and after[name] <= done]:
        done.update(ready)
    if left := [name for name in after if name not in done]:
        raise refused(jobs[left[0]].at("needs"), f"`{left[0]}` waits for itself, by what it needs")
