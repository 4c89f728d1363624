"""Tekton's Tasks, Pipelines and PipelineRuns as a pipeline, started as OpenShift's Pipelines-as-Code does it.

Sources: Tekton Docs, "Tasks", "Pipelines", "PipelineRuns", "Workspaces", "Matrix" and "when expressions";
Pipelines-as-Code, "Matching events to a PipelineRun"; read November 2026. All that a run needs stands in one file, a
document each after `---`. Not read: tasks that a resolver fetches (`git-clone` is taken for what it is), custom tasks,
`onPathChanged` and comments as events.
"""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from checker.workbook.systems import leaks
from checker.workbook.systems.conditions import holds
from checker.workbook.systems.documents import Map, refused, several
from checker.workbook.systems.happenings import HAPPENINGS, Happening
from checker.workbook.systems.pipeline import (
    MAX_JOBS,
    Job,
    Leak,
    Pipeline,
    answered,
    commands_of,
    pythons_in,
)
from checker.workbook.systems.tekton_documents import (
    HERE,
    NAME,
    Document,
    Run,
    Truth,
    bound,
    document_of,
    listed,
)

MAX_ROWS = 256
_VARIABLE = re.compile(r"""\$\(params(?:\.([\w.-]+)|\[["']([\w.-]+)["']\])(?:\[\*\])?\)""")
_RESULT = re.compile(r"\$\(tasks\.([\w-]+)\.results\.")
_FETCHED = {"git-clone"}
"""Tasks that get the code; every cluster has its own."""


def read(text: str) -> Pipeline:
    """Read a file of Tekton documents. Raises ValueError, with the line, for what Tekton refuses."""
    file = _File(tuple(document_of(start, one) for start, one in several(text)))
    if not file.of("Pipeline") and not any(
        "pipelineSpec" in one.spec for one in file.of("PipelineRun")
    ):
        raise refused(
            1, "there is no Pipeline in it: documents of the kinds Task, Pipeline and PipelineRun"
        )
    found: dict[str, Job] = {}
    leaky: list[Leak] = list(leaks.literals(text))
    for owner, spec, start, runs in file.pipelines():
        for job, its in _Reading(file, spec, start, runs).jobs():
            name = job.name if job.name not in found else f"{owner} / {job.name}"
            found[name] = job
            leaky += its
            if len(found) > MAX_JOBS:
                raise ValueError(f"there are more than {MAX_JOBS} tasks")
    return Pipeline("tekton", tuple(found.values()), tuple(dict.fromkeys(leaky)))


def unshared(text: str) -> str:
    """Return the workspace that each task would get anew and empty, though several use it. Raises ValueError."""
    file = _File(tuple(document_of(start, one) for start, one in several(text)))
    for run in file.of("PipelineRun"):
        for space in run.spec.maps("workspaces"):
            if "emptyDir" in space:
                return space.text("name")
    return ""


@dataclass(frozen=True)
class _File:
    documents: tuple[Document, ...]

    def of(self, kind: str) -> tuple[Document, ...]:
        """Return the documents of a kind."""
        return tuple(one for one in self.documents if one.kind == kind)

    def task(self, name: str) -> Document | None:
        """Return a Task by name."""
        return next((one for one in self.of("Task") if one.name == name), None)

    def pipelines(self) -> Iterator[tuple[str, Map, int, tuple[Run, ...]]]:
        """Yield each pipeline with its name, its lines' shift, and the runs of it."""
        known = {one.name: one for one in self.of("Pipeline")}
        runs: dict[str, list[Run]] = {name: [] for name in known}
        for run in self.of("PipelineRun"):
            wanted = run.spec.map("pipelineRef").text("name")
            if "pipelineSpec" in run.spec:
                yield (
                    run.name,
                    run.spec.map("pipelineSpec"),
                    run.start,
                    (bound(run, run.spec.map("pipelineSpec")),),
                )
            elif wanted in known:
                runs[wanted].append(bound(run, known[wanted].spec))
            else:
                line = run.start + run.spec.at("pipelineRef")
                raise refused(
                    line,
                    f"the PipelineRun `{run.name}` runs `{wanted or '?'}`, and there is no such Pipeline in the file",
                )
        for name, one in known.items():
            yield name, one.spec, one.start, tuple(runs[name])


@dataclass
class _Reading:
    """One pipeline: its tasks, checked as a graph."""

    file: _File
    spec: Map
    start: int
    runs: tuple[Run, ...]
    tasks: dict[str, Map] = field(default_factory=dict)

    def jobs(self) -> Iterator[tuple[Job, tuple[Leak, ...]]]:
        """Yield the tasks as jobs, with what they give away."""
        last = [one.text("name") for one in self.spec.maps("finally")]
        for one in (*self.spec.maps("tasks"), *self.spec.maps("finally")):
            name = one.text("name")
            if not NAME.fullmatch(name):
                raise self.refused(
                    one.line,
                    f"a task of a pipeline has a name of small letters, digits and `-`, not {name!r}",
                )
            if name in self.tasks:
                raise self.refused(one.line, f"two tasks are called `{name}`")
            self.tasks[name] = one
        if not self.tasks:
            raise self.refused(self.spec.line, "`tasks` holds no task")
        after = {name: self.after(name) for name in self.tasks}
        for name in last:
            after[name] = frozenset(self.tasks) - set(last)
        done: set[str] = set()
        while ready := [name for name in after if name not in done and after[name] <= done]:
            done.update(ready)
        if left := [name for name in after if name not in done]:
            raise self.refused(
                self.tasks[left[0]].line, f"`{left[0]}` waits for itself, by its `runAfter`"
            )
        for name, one in self.tasks.items():
            yield self.job(name, one, after[name])

    def after(self, name: str) -> frozenset[str]:
        """Return the tasks that a task waits for: by order, and by results that it reads."""
        one = self.tasks[name]
        wanted = [*one.texts("runAfter")]
        for param in (*one.maps("params"), *one.map("matrix").maps("params")):
            wanted += [found for text in param.texts("value") for found in _RESULT.findall(text)]
        for need in wanted:
            if need not in self.tasks:
                raise self.refused(
                    one.at("runAfter"),
                    f"`{name}` runs after `{need}`, and there is no such task in the pipeline",
                )
        return frozenset(wanted)

    def job(self, name: str, one: Map, after: frozenset[str]) -> tuple[Job, tuple[Leak, ...]]:
        """Return a task as a job."""
        task, start = self.task(name, one)
        self.check_given(name, one, task)
        given = {
            each.text("name"): each.text("default")
            for each in task.maps("params")
            if "default" in each
        }
        given |= {each.text("name"): each.text("value") for each in one.maps("params")}
        steps = task.maps("steps")
        if not steps and task:
            raise refused(start + task.line, f"the task `{name}` has no `steps`")
        template = task.map("stepTemplate")
        scripts: list[str] = []
        texts: list[str] = []
        masked, leaky, secrets = "", list[Leak](), set[str]()
        for step in steps:
            image = step.text("image") or template.text("image")
            if not image and "ref" not in step:
                raise refused(
                    start + step.line,
                    f"a step of `{name}` has no `image`: every step is a container",
                )
            script = _script(step)
            names = dict(_secrets(template)) | dict(_secrets(step))
            secrets |= set(names.values())
            block = getattr(step.values.get("script"), "style", "") in {"|", ">"}
            leaky += leaks.printed(script, start + step.at("script") + block, set(names))
            scripts.append(script)
            texts.append(f"{image}\n{script}")
            masked = masked or ("onError: continue" if step.text("onError") == "continue" else "")
        rows = list(self.rows(one))
        commands, hidden = commands_of(_filled("\n".join(scripts), given))
        pythons = frozenset[str]().union(
            *(pythons_in(_filled(text, {**given, **row})) for row in rows for text in texts)
        )
        runs = {each.name: self.answer(one, each) for each in HAPPENINGS}
        job = Job(
            name,
            self.start + one.line,
            commands,
            after,
            pythons,
            frozenset(secrets),
            runs,
            masked or hidden,
        )
        return job, tuple(leaky)

    def task(self, name: str, one: Map) -> tuple[Map, int]:
        """Return what a task of the pipeline is, and its first line less one; empty for one that is fetched."""
        if "taskSpec" in one:
            return one.map("taskSpec"), self.start
        wanted = one.map("taskRef")
        if not wanted:
            raise self.refused(one.line, f"`{name}` has neither `taskRef` nor `taskSpec`")
        found = self.file.task(wanted.text("name"))
        if found is not None:
            return found.spec, found.start
        fetched = {
            each for run in self.runs for key in run.document.annotations if key.startswith(f"{HERE}task")
            for each in listed(run.document.annotations.text(key))
        }  # fmt: skip
        if "resolver" in wanted or wanted.text("name") in _FETCHED | fetched:
            return Map(None), 0
        raise self.refused(
            one.at("taskRef"),
            f"`{name}` is the Task `{wanted.text('name')}`, and the file has no such Task",
        )

    def check_given(self, name: str, one: Map, task: Map) -> None:
        """See that a task gets the parameters and workspaces it asks for. Raises ValueError."""
        if not task or "taskSpec" in one:
            params = {each.text("name") for each in task.maps("params") if "default" not in each}
            spaces = set[str]()
        else:
            params = {each.text("name") for each in task.maps("params") if "default" not in each}
            spaces = {
                each.text("name")
                for each in task.maps("workspaces")
                if each.text("optional") != "true"
            }
        given = {
            each.text("name") for each in (*one.maps("params"), *one.map("matrix").maps("params"))
        }
        given |= {
            each.text("name")
            for row in one.map("matrix").maps("include")
            for each in row.maps("params")
        }
        own = (
            {each.text("name") for each in self.spec.maps("params")} if "taskSpec" in one else set()
        )
        if lacks := sorted(params - given - own):
            raise self.refused(one.line, f"`{name}` gives no parameter `{lacks[0]}` to its Task")
        bound = {
            each.text("name"): each.text("workspace") or each.text("name")
            for each in one.maps("workspaces")
        }
        if lacks := sorted(spaces - set(bound)):
            raise self.refused(one.line, f"`{name}` gives no workspace `{lacks[0]}` to its Task")
        known = {each.text("name") for each in self.spec.maps("workspaces")}
        for space in bound.values():
            if space not in known:
                raise self.refused(
                    one.at("workspaces"),
                    f"`{name}` uses the workspace `{space}`, which the Pipeline does not declare",
                )

    def rows(self, one: Map) -> Iterator[dict[str, str]]:
        """Yield the parameters of each run that a matrix makes; one without any for none."""
        params = one.map("matrix").maps("params")
        lists = [each.texts("value") for each in params]
        names = [each.text("name") for each in params]
        yield from (
            dict(zip(names, row, strict=True))
            for row in itertools.islice(itertools.product(*lists), MAX_ROWS)
        )
        for row in one.map("matrix").maps("include"):
            yield {each.text("name"): each.text("value") for each in row.maps("params")}

    def answer(self, one: Map, happening: Happening) -> str:
        """Answer whether a task runs in any of the pipeline's runs."""
        found: list[Truth] = []
        for run in self.runs:
            starts = run.starts(happening)
            if starts is False:
                continue
            params = run.given(self.spec, happening)
            answers = [starts, *(self.holds(each, params) for each in one.maps("when"))]
            found.append(False if False in answers else None if None in answers else True)
        return answered({True: "yes", False: "no", None: "depends"}[each] for each in found)

    def holds(self, when: Map, params: Mapping[str, str]) -> Truth:
        """Say whether a `when` holds."""
        if "cel" in when:
            try:
                return holds(_filled(when.text("cel"), params), {}, cel=True)
            except ValueError as error:
                raise self.refused(when.at("cel"), str(error)) from None
        operator = when.text("operator")
        if operator not in {"in", "notin"}:
            raise self.refused(
                when.line, f"`when` has an operator `in` or `notin`, not {operator!r}"
            )
        value = _filled(when.text("input"), params)
        if "$(" in value or "{{" in value:
            return None
        return (value in {_filled(each, params) for each in when.texts("values")}) is (
            operator == "in"
        )

    def refused(self, line: int, why: str) -> ValueError:
        """Return the error that says where and why."""
        return refused(self.start + line, why)


def _script(step: Map) -> str:
    script = step.text("script")
    if script.startswith("#!") and not re.match(
        r"#!.*\b(ba|da|a|k|z)?sh\b", script.splitlines()[0]
    ):
        return ""
    return script or shlex.join((*step.texts("command"), *step.texts("args")))


def _secrets(step: Map) -> Iterator[tuple[str, str]]:
    """Yield the variables that hold secrets, with the secrets' names as other systems would write them."""
    for one in step.maps("env"):
        found = one.map("valueFrom").map("secretKeyRef")
        if found:
            yield one.text("name"), _secret(found.text("name"), found.text("key"))
    for one in step.maps("envFrom"):
        if "secretRef" in one:
            yield "", _secret(one.map("secretRef").text("name"), "")


def _secret(name: str, key: str) -> str:
    """Return one name for a Secret and its key: the key, the Secret's, or both, whichever is a name of two words."""
    two = next(
        (each for each in (key, name) if re.search(r"[-_]", each)), f"{name}_{key}".strip("_")
    )
    return two.replace("-", "_").upper()


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda at: values.get(at[1] or at[2], at[0])[:1_000], text)
