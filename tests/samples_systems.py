"""Right pipelines that look otherwise than the lesson's, for each system, and the lesson's own."""

from __future__ import annotations

from checker.workbook.answers import answers
from checker.workbook.lessons import n07_one_pipeline_four_systems as lesson

SLUG = "07_one_pipeline_four_systems"
TASKS = (lesson.FILES / "given" / "tasks.yaml").read_text(encoding="utf-8")


def solved(id: str, name: str, slug: str = SLUG) -> str:
    """Return the text that a solution of a lesson gives a name."""
    space: dict[str, str] = {}
    exec(compile(answers(slug)[id].solution.split("mine =")[0].split("lab.")[0], id, "exec"), space)  # noqa: S102
    return space[name]


WHEN = """workflow:
  rules:
    - if: $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == $CI_DEFAULT_BRANCH
    - if: ($CI_COMMIT_BRANCH == "main" && $CI_PIPELINE_SOURCE != "schedule") || $CI_COMMIT_TAG =~ /^v.+/
"""
JOBS = """.python: &python
  image: python:3.13
  before_script: [pip install ruff pytest build twine]
lint: {<<: *python, stage: test, script: [python -m ruff check src tests]}
test 3.12: {extends: .python, image: "python:3.12-slim", script: pytest -q}
test 3.13: {extends: .python, image: {name: "python:3.13-slim"}, script: [python -m pytest]}
build:
  <<: *python
  stage: deploy
  script: [rm -rf dist, python3 -m build]
  artifacts: {paths: [dist], expire_in: 1 day}
release:
  extends: .python
  stage: .post
  variables: {TWINE_USERNAME: __token__}
  script: ["twine upload -p $PYPI_TOKEN dist/*"]
  rules: [{if: '$CI_COMMIT_TAG =~ /^v/'}]
"""
GITLAB = {
    "stages of GitLab's own, anchors and extends": WHEN + JOBS,
    "a job for each Python and needs": WHEN
    + "stages: [a, b, c]\n"
    + "lint: {stage: a, needs: [], image: python:3.13, script: [ruff check]}\n"
    + "old: {stage: a, image: python:3.12, script: [pytest]}\n"
    + "new: {stage: a, image: python:3.13, script: [pytest]}\n"
    + "wheel: {stage: b, needs: [lint, old, new], script: [python -m build], artifacts: {paths: [dist/]}}\n"
    + "up: {stage: c, needs: [{job: wheel, artifacts: true}], rules: [{if: $CI_COMMIT_TAG}],\n"
    + '  variables: {TWINE_PASSWORD: "${PYPI_TOKEN}"}, script: [twine upload dist/*]}\n',
    "publishing builds anew": WHEN
    + "stages: [a, b, c]\n"
    + "lint: {stage: a, script: [ruff check]}\n"
    + 'test: {stage: a, image: "python:$V", parallel: {matrix: [{V: ["3.12", "3.13"]}]}, script: [pytest]}\n'
    + "build: {stage: b, script: [python -m build]}\n"
    + "up: {stage: c, rules: [{if: $CI_COMMIT_TAG}], variables: {TWINE_PASSWORD: $PYPI_TOKEN},\n"
    + "  script: [python -m build, twine upload dist/*]}\n",
    "uv": WHEN
    + "stages: [a, b, c]\n"
    + "lint: {stage: a, script: [uv run ruff check .]}\n"
    + 'test: {stage: a, parallel: {matrix: [{V: ["3.12", "3.13"]}]}, script: ["uv run --python $V pytest"]}\n'
    + "build: {stage: b, script: [uv run python -m build], artifacts: {paths: [dist/]}}\n"
    + "up: {stage: c, rules: [{if: $CI_COMMIT_TAG}], variables: {TWINE_PASSWORD: $PYPI_TOKEN}, script: [uv run twine upload dist/*]}\n",
    "rules of jobs alone": "stages: [a, b, c]\n"
    "lint: {stage: a, script: [ruff check], rules: &when [\n"
    '  {if: $CI_PIPELINE_SOURCE == "schedule", when: never}, {if: $CI_COMMIT_BRANCH == "main"},\n'
    '  {if: $CI_COMMIT_TAG =~ /^v/}, {if: $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "main"}]}\n'
    'test: {stage: a, rules: *when, image: "python:$V", parallel: {matrix: [{V: ["3.12", "3.13"]}]}, script: [pytest]}\n'
    "build: {stage: b, rules: *when, script: [python -m build], artifacts: {paths: [dist/]}}\n"
    "up: {stage: c, rules: [{if: '$CI_COMMIT_TAG =~ /^v\\d/'}], script: [TWINE_PASSWORD=$PYPI_TOKEN twine upload dist/*]}\n",
}

ON = "when { anyOf { branch 'main'; changeRequest target: 'main'; tag 'v*' } }"
UP = "withCredentials([string(credentialsId: 'PYPI_TOKEN', variable: 'TWINE_PASSWORD')]) { sh 'twine upload dist/*' }"


def jenkinsfile(*stages: str, agent: str = "any", more: str = "") -> str:
    return "pipeline {{\n  agent {}\n  {}\n  stages {{\n{}\n  }}\n}}\n".format(
        agent, more, "\n".join(stages)
    )


def stage(name: str, work: str, *before: str) -> str:
    return "stage('{}') {{\n{}\n{}\n}}".format(name, "\n".join(before), work)


def steps(*lines: str) -> str:
    return "steps {{\n{}\n}}".format("\n".join(lines))


PARALLEL = "parallel {{\n{}\n}}".format(
    "\n".join(
        (
            stage("style", steps("sh 'ruff check .'")),
            stage("a", steps('sh "python3.12 -m pytest"')),
            stage("b", steps("sh '''\n  set -eu\n  python3.13 -m pytest -q\n'''")),
        )
    )
)
JENKINS = {
    "one when around all, credentials bound": jenkinsfile(
        stage("all", "stages {{\n{}\n}}".format("\n".join((
            stage("check", PARALLEL),
            stage("wheel", steps("checkout scm", "sh(script: 'python -m build', label: 'build')")),
        ))), ON),
        stage("up", steps(UP), "when { buildingTag(); tag pattern: 'v.*', comparator: 'REGEXP' }"),
    ),
    "when at every stage": jenkinsfile(
        stage("check", PARALLEL, ON),
        stage("wheel", steps("sh 'python -m build'"), ON),
        stage("up", steps("sh 'twine upload dist/*'"), "when { tag 'v*' }", "environment { T = credentials('PYPI_TOKEN') }"),
        more="options { timeout(time: 1, unit: 'HOURS'); timestamps() }",
    ),
    "comments, post and a script": "#!/usr/bin/env groovy\n/* a\n   b */\n" + jenkinsfile(
        stage("check", PARALLEL, ON, "// side by side"),
        stage("wheel", steps("script { def a = 1; sh 'python -m build' }"), ON),
        stage("up", steps(UP, "archiveArtifacts artifacts: 'dist/*', fingerprint: true"), "when { beforeAgent true; tag 'v*' }"),
        more="post { always { junit 'a.xml' } }",
    ),
    "not and allOf": jenkinsfile(
        stage("check", PARALLEL, ON),
        stage("wheel", steps("sh 'python -m build'"), ON),
        stage("up", steps(UP), "when { allOf { not { branch 'nightly-*' }; buildingTag() } }"),
    ),
    "an expression that compares": jenkinsfile(
        stage("check", PARALLEL, ON),
        stage("wheel", steps("sh 'python -m build'"), ON),
        stage("up", steps(UP), "when { expression { return env.TAG_NAME?.startsWith('v') } }"),
    ),
}  # fmt: skip

PUBLISH = """    - name: up
      runAfter: [wheel]
      when: [{input: $(params.tag), operator: in, values: ["yes"]}]
      taskRef: {name: upload}
      workspaces: [{name: source, workspace: w}]
"""
RUN = """---
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  name: %s
  annotations:
%s
spec:
  pipelineRef: {name: p}
  params: [{name: tag, value: "%s"}]
  workspaces: [{name: w, volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce]}}}]
"""


def notes(**said: str) -> str:
    return "\n".join(
        f"    pipelinesascode.tekton.dev/{key.replace('_', '-')}: '{value}'"
        for key, value in said.items()
    )


def task(name: str, script: str, *after: str, more: str = "") -> str:
    return (
        f"    - name: {name}\n      taskRef: {{name: python}}\n      runAfter: [{', '.join(after)}]\n"
        f"      params: [{{name: script, value: {script}}}{more}]\n      workspaces: [{{name: source, workspace: w}}]\n"
    )


HEAD = """apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: p}
spec:
  params: [{name: tag, default: "no"}]
  workspaces: [{name: w}]
  tasks:
    - name: git-clone
      taskRef: {resolver: hub, params: [{name: name, value: git-clone}]}
      workspaces: [{name: output, workspace: w}]
"""
OLD, NEW = (f", {{name: python, value: '3.{n}'}}" for n in (12, 13))
BODY = (
    HEAD
    + task("lint", "ruff check", "git-clone")
    + task("old", "pytest", "git-clone", more=OLD)
    + task("new", "python -m pytest", "git-clone", more=NEW)
    + task("wheel", "python -m build", "lint", "old", "new")
)
MAIN = RUN % ("main", notes(on_event="[push, pull_request]", on_target_branch="[main]"), "no")
TAGS = RUN % ("tags", notes(on_event="[push]", on_target_branch="[refs/tags/v*]"), "yes")
CEL = notes(on_cel_expression='event == "push" && target_branch.startsWith("refs/tags/v")')
TEKTON = {
    "a task for each Python": BODY + PUBLISH + MAIN + TAGS,
    "CEL for the tags": BODY + PUBLISH + MAIN + RUN % ("tags", CEL, "yes"),
    "three runs": BODY + PUBLISH + TAGS
    + RUN % ("push", notes(on_event="[push]", on_target_branch="[refs/heads/main]"), "no")
    + RUN % ("pull", notes(on_cel_expression='event == "pull_request" && target_branch == "main"'), "no"),
    "one run, told by its ref": BODY
    + PUBLISH.replace('[{input: $(params.tag), operator: in, values: ["yes"]}]', "[{cel: \"'$(params.tag)'.startsWith('refs/tags/')\"}]")
    + RUN % ("all", notes(on_event="[push, pull_request]", on_target_branch="[main, refs/tags/v*]"), "{{ target_branch }}"),
    "notin, and a finally that reports": BODY
    + PUBLISH.replace('operator: in, values: ["yes"]', 'operator: notin, values: ["no"]')
    + "  finally:\n    - name: report\n      taskSpec:\n        steps: [{name: say, image: alpine, script: echo done}]\n"
    + MAIN + TAGS,
}  # fmt: skip
