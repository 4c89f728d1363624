# %% [markdown] lang="en" key="intro"
# # 07 · One pipeline, four systems
#
# Your next employer may not use GitHub Actions. The pipeline stays the same: lint, tests on two Pythons, a build, and
# publishing on a tag. Here you write it for GitLab, Jenkins and OpenShift Pipelines, and prove that all four are equal.
# %% [markdown] lang="ru" key="intro" of="1d87bac4"
# # 07 · Один конвейер, четыре системы
#
# У вашего следующего работодателя может и не быть GitHub Actions. Конвейер от этого не меняется: линтер, тесты на двух
# Python, сборка и публикация по тегу. Здесь вы напишете его для GitLab, Jenkins и OpenShift Pipelines и докажете, что все
# четыре равны.
# %% tags=["parameters"]
LANG = "en"
# %% key="open"
from checker.workbook import Lab

lab = Lab("07_one_pipeline_four_systems", LANG, edition=1)
lab
# %% [markdown] lang="en" key="words"
# ## The same ideas under other names
#
# | idea | GitHub Actions | GitLab CI/CD | Jenkins | Tekton |
# |---|---|---|---|---|
# | **a piece of work** | job | job | `stage` | Task |
# | **what comes first** | `needs` | `stages`, `needs` | order, `parallel` | `runAfter` |
# | **variants** | `matrix` | `parallel: matrix` | `matrix` | `matrix` |
# | **when** | `on`, `if` | `rules` | `when` | PipelineRun, `when` |
# | **a secret** | `secrets.NAME` | `$NAME` of the project | `credentials('NAME')` | `secretKeyRef` |
#
# **Tekton** is what runs inside OpenShift Pipelines: a Task is a pod, a Pipeline puts Tasks into order, a PipelineRun starts
# a Pipeline.
# %% [markdown] lang="ru" key="words" of="b718c909"
# ## Те же идеи под другими именами
#
# | идея | GitHub Actions | GitLab CI/CD | Jenkins | Tekton |
# |---|---|---|---|---|
# | **кусок работы** | задание (job) | задание (job) | `stage` | Task |
# | **что сначала** | `needs` | `stages`, `needs` | порядок, `parallel` | `runAfter` |
# | **варианты** | `matrix` | `parallel: matrix` | `matrix` | `matrix` |
# | **когда** | `on`, `if` | `rules` | `when` | PipelineRun, `when` |
# | **секрет** | `secrets.NAME` | `$NAME` проекта | `credentials('NAME')` | `secretKeyRef` |
#
# **Tekton** — то, что работает внутри OpenShift Pipelines: Task — это под, Pipeline расставляет задачи (Task) по порядку,
# PipelineRun запускает Pipeline.
# %% key="given"
given = lab.scratch("given")
ci = (given / "ci.yml").read_text()
print(ci)
# %% [markdown] lang="en" key="ir"
# This workflow is the original. What it *means* fits into a table: who does what, after whom, with which secret, on how
# many of twelve events. Each translation is read into the same table, so names and syntax no longer matter.
# %% [markdown] lang="ru" key="ir" of="12469c08"
# Этот workflow — оригинал. Его *смысл* помещается в таблицу: кто что делает, после кого, с каким секретом, на скольких из
# двенадцати событий. Каждый перевод читается в такую же таблицу, так что имена и синтаксис больше не важны.
# %% key="table"
from checker.workbook.lessons.n07_one_pipeline_four_systems import facts, readable

for job, row in facts(readable(github=ci)["github"]).items():
    print(
        f"{job:8} {row['commands']} after {row['before']}, on {len(row['runs'])} of 12 events, secrets {row['secrets']}"
    )
# %% [markdown] lang="en" key="plain"
# ## q1 GitLab
#
# **The wrong way.** The shortest file that is green:
#
# ```yaml system="gitlab"
# test:
#   image: python:3.13
#   script:
#     - pip install pytest
#     - pytest
# ```
#
# Before you read on: does it run for a push to a feature branch, and for a merge request (GitLab's pull request)?
# %% [markdown] lang="ru" key="plain" of="92562d49"
# ## q1 GitLab
#
# **Как не надо.** Самый короткий файл, который зелёный:
#
# ```yaml system="gitlab"
# test:
#   image: python:3.13
#   script:
#     - pip install pytest
#     - pytest
# ```
#
# Прежде чем читать дальше: запустится ли он на push в ветку фичи и на merge request (так GitLab зовёт пул-реквест)?
# %% [markdown] lang="en" key="q1"
# For every push, and for no merge request. Write the whole `.gitlab-ci.yml`: jobs that do what the workflow's do, `rules`
# at `workflow` for the events, a matrix of images. The project has a variable `PYPI_TOKEN`. What the build leaves in
# `dist/` reaches the next job as `artifacts`.
# %% [markdown] lang="ru" key="q1" of="e4a154c6"
# На каждый push, и ни на один merge request. Напишите весь `.gitlab-ci.yml`: задания с той же работой, что в workflow,
# `rules` у `workflow` для событий, матрицу образов. У проекта есть переменная `PYPI_TOKEN`. То, что сборка оставит в
# `dist/`, доходит до следующего задания через `artifacts`.
# %% key="q1" tags=["exercise"]
gitlab = ""  # the text of .gitlab-ci.yml
### BEGIN SOLUTION
gitlab = """
workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "main"
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == "main"
    - if: $CI_COMMIT_TAG =~ /^v/

stages: [check, build, publish]

default:
  image: python:3.13

lint:
  stage: check
  script:
    - pip install ruff
    - ruff check .

test:
  stage: check
  image: python:$PYTHON
  parallel:
    matrix:
      - PYTHON: ["3.12", "3.13"]
  script:
    - pip install pytest
    - pytest

build:
  stage: build
  needs: [lint, test]
  script:
    - pip install build
    - python -m build
  artifacts:
    paths: [dist/]

publish:
  stage: publish
  needs: [build]
  rules:
    - if: $CI_COMMIT_TAG =~ /^v/
  variables:
    TWINE_USERNAME: __token__
    TWINE_PASSWORD: $PYPI_TOKEN
  script:
    - pip install twine
    - twine upload dist/*
"""
### END SOLUTION
mine = lab.scratch("mine")
lab.write(".gitlab-ci.yml", gitlab, folder=mine)
lab.check("q1", gitlab)
# %% key="q1.wrong1" tags=["wrong"] expect="q1.runs_too_often"
gitlab = (
    (lab.scratch("almost") / ".gitlab-ci.yml")
    .read_text()
    .replace("needs: [test]", "needs: [lint, test]")
)
# %% key="q1.wrong2" tags=["wrong"] expect="q1.order"
gitlab = (lab.scratch("almost") / ".gitlab-ci.yml").read_text()
# %% key="q1.wrong3" tags=["wrong"] expect="q1.no_artifacts"
gitlab = (
    (lab.scratch("almost") / ".gitlab-ci.yml")
    .read_text()
    .replace("needs: [test]", "needs: [lint, test]")
)
gitlab = gitlab.replace("if: $CI_COMMIT_TAG", "if: $CI_COMMIT_TAG =~ /^v/").replace(
    "  artifacts:\n    paths: [dist/]\n", ""
)
# %% key="q1.wrong4" tags=["wrong"] expect="q1.refused"
gitlab = "stages: [check]\nlint:\n  stage: checks\n  script: [ruff check .]\n"
# %% [markdown] lang="en" key="groovy"
# ## q2 Jenkins
#
# A declarative Jenkinsfile looks like YAML with braces. A matrix inside of `parallel` looks right, and Jenkins refuses it:
#
# ```groovy broken="does not nest"
# pipeline {
#     agent any
#     stages {
#         stage('check') {
#             parallel {
#                 stage('lint') { steps { sh 'ruff check .' } }
#                 stage('test') {
#                     matrix {
#                         axes { axis { name 'PYTHON'; values '3.12', '3.13' } }
#                         stages { stage('pytest') { steps { sh 'pytest' } } }
#                     }
#                 }
#             }
#         }
#     }
# }
# ```
# %% [markdown] lang="ru" key="groovy" of="f59a7a8a"
# ## q2 Jenkins
#
# Декларативный Jenkinsfile похож на YAML со скобками. Матрица внутри `parallel` выглядит верно, но Jenkins её отвергнет:
#
# ```groovy broken="does not nest"
# pipeline {
#     agent any
#     stages {
#         stage('check') {
#             parallel {
#                 stage('lint') { steps { sh 'ruff check .' } }
#                 stage('test') {
#                     matrix {
#                         axes { axis { name 'PYTHON'; values '3.12', '3.13' } }
#                         stages { stage('pytest') { steps { sh 'pytest' } } }
#                     }
#                 }
#             }
#         }
#     }
# }
# ```
# %% [markdown] lang="en" key="q2"
# Write the `Jenkinsfile`. Assume a multibranch project, which builds every branch, pull request and tag unless `when` says
# otherwise. The credential is called `PYPI_TOKEN`. Here a parser of our own reads it: declarative pipelines only, and what
# `script` or `expression` compute stays unknown.
# %% [markdown] lang="ru" key="q2" of="2f50fd03"
# Напишите `Jenkinsfile`. Считайте, что проект — multibranch: он собирает каждую ветку, пул-реквест и тег, если `when` не
# говорит иного. Учётные данные называются `PYPI_TOKEN`. Читает файл наш собственный парсер: только декларативные
# конвейеры, а то, что вычисляют `script` и `expression`, остаётся неизвестным.
# %% key="q2" tags=["exercise"]
jenkins = ""  # the text of the Jenkinsfile
### BEGIN SOLUTION
jenkins = """
pipeline {
    agent { docker { image 'python:3.13' } }
    stages {
        stage('library') {
            when {
                anyOf {
                    branch 'main'
                    changeRequest target: 'main'
                    tag 'v*'
                }
            }
            stages {
                stage('check') {
                    parallel {
                        stage('lint') {
                            steps { sh 'pip install ruff && ruff check .' }
                        }
                        stage('test on 3.12') {
                            agent { docker { image 'python:3.12' } }
                            steps { sh 'pip install pytest && pytest' }
                        }
                        stage('test on 3.13') {
                            agent { docker { image 'python:3.13' } }
                            steps { sh 'pip install pytest && pytest' }
                        }
                    }
                }
                stage('build') {
                    steps { sh 'pip install build && python -m build' }
                }
            }
        }
        stage('publish') {
            when { tag 'v*' }
            environment {
                TWINE_USERNAME = '__token__'
                TWINE_PASSWORD = credentials('PYPI_TOKEN')
            }
            steps { sh 'pip install twine && twine upload dist/*' }
        }
    }
}
"""
### END SOLUTION
lab.write("Jenkinsfile", jenkins, folder=mine)
lab.check("q2", jenkins)
# %% key="q2.wrong1" tags=["wrong"] expect="q2.nested"
jenkins = """
pipeline {
    agent any
    stages {
        stage('check') {
            parallel {
                stage('lint') { steps { sh 'ruff check .' } }
                stage('test') {
                    matrix {
                        axes { axis { name 'PYTHON'; values '3.12', '3.13' } }
                        stages { stage('pytest') { steps { sh 'pytest' } } }
                    }
                }
            }
        }
    }
}
"""
# %% key="q2.wrong2" tags=["wrong"] expect="q2.order"
jenkins = (lab.scratch("almost") / "Jenkinsfile").read_text()
# %% key="q2.wrong3" tags=["wrong"] expect="q2.refused"
jenkins = "node {\n    sh 'ruff check .'\n    sh 'pytest'\n}\n"
# %% key="q2.wrong4" tags=["wrong"] expect="q2.missing"
jenkins = (lab.scratch("leaky") / "Jenkinsfile").read_text()
# %% [markdown] lang="en" key="tasks"
# ## q3 OpenShift Pipelines
#
# In Tekton everything is a Kubernetes document. Two Tasks are ready: `python` runs a script on a Python, `upload` publishes.
# A **workspace** is the disk that Tasks share.
# %% [markdown] lang="ru" key="tasks" of="ab95a587"
# ## q3 OpenShift Pipelines
#
# В Tekton всё — документы Kubernetes. Две задачи (Task) готовы: `python` выполняет скрипт на каком-то Python, `upload`
# публикует. **Workspace** — диск, общий для задач.
# %% key="tasks"
tasks = (given / "tasks.yaml").read_text()
print(tasks)
# %% [markdown] lang="en" key="q3"
# Write what follows them: a Pipeline that puts them into order on one workspace, and PipelineRuns that start it. Annotations
# of Pipelines-as-Code say when: `pipelinesascode.tekton.dev/on-event: "[push]"` and
# `pipelinesascode.tekton.dev/on-target-branch: "[main]"`. Tags are `refs/tags/…`. A Task `git-clone` gets the code.
# %% [markdown] lang="ru" key="q3" of="a5e4da6f"
# Напишите то, что идёт за ними: Pipeline, который расставляет их по порядку на одном workspace, и PipelineRun, которые его
# запускают. Когда — говорят аннотации Pipelines-as-Code: `pipelinesascode.tekton.dev/on-event: "[push]"` и
# `pipelinesascode.tekton.dev/on-target-branch: "[main]"`. Теги — это `refs/tags/…`. Код берёт задача `git-clone`.
# %% key="q3" tags=["exercise"]
tekton = ""  # what follows the Tasks: a Pipeline and PipelineRuns, with --- between them
### BEGIN SOLUTION
tekton = """
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: campfire
spec:
  params:
    - name: release
      default: "false"
  workspaces:
    - name: code
  tasks:
    - name: fetch
      taskRef: {name: git-clone}
      workspaces: [{name: output, workspace: code}]
    - name: lint
      runAfter: [fetch]
      taskRef: {name: python}
      params: [{name: script, value: "pip install ruff && ruff check ."}]
      workspaces: [{name: source, workspace: code}]
    - name: test
      runAfter: [fetch]
      taskRef: {name: python}
      params: [{name: script, value: "pip install pytest && pytest"}]
      matrix:
        params: [{name: python, value: ["3.12", "3.13"]}]
      workspaces: [{name: source, workspace: code}]
    - name: build
      runAfter: [lint, test]
      taskRef: {name: python}
      params: [{name: script, value: "pip install build && python -m build"}]
      workspaces: [{name: source, workspace: code}]
    - name: publish
      runAfter: [build]
      when: [{input: $(params.release), operator: in, values: ["true"]}]
      taskRef: {name: upload}
      workspaces: [{name: source, workspace: code}]
---
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  generateName: campfire-check-
  annotations:
    pipelinesascode.tekton.dev/on-event: "[push, pull_request]"
    pipelinesascode.tekton.dev/on-target-branch: "[main]"
spec:
  pipelineRef: {name: campfire}
  workspaces: [{name: code, persistentVolumeClaim: {claimName: campfire}}]
---
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  generateName: campfire-release-
  annotations:
    pipelinesascode.tekton.dev/on-event: "[push]"
    pipelinesascode.tekton.dev/on-target-branch: "[refs/tags/v*]"
spec:
  pipelineRef: {name: campfire}
  params: [{name: release, value: "true"}]
  workspaces: [{name: code, persistentVolumeClaim: {claimName: campfire}}]
"""
### END SOLUTION
lab.write("pipeline.yaml", tekton, folder=mine)
lab.check("q3", tekton, tasks)
# %% key="q3.wrong1" tags=["wrong"] expect="q3.pythons"
tekton = (lab.scratch("almost") / "pipeline.yaml").read_text().split("---\n", 2)[2]
# %% key="q3.wrong2" tags=["wrong"] expect="q3.runs_too_often"
tekton = (lab.scratch("almost") / "pipeline.yaml").read_text().split("---\n", 2)[2]
tekton = tekton.replace(
    "pytest && pytest", "pytest && python3.12 -m pytest && python3.13 -m pytest"
)
# %% key="q3.wrong3" tags=["wrong"] expect="q3.empty_dir"
tekton = (lab.scratch("almost") / "pipeline.yaml").read_text().split("---\n", 2)[2]
tekton = tekton.replace(
    "pytest && pytest", "pytest && python3.12 -m pytest && python3.13 -m pytest"
)
tekton = tekton.replace('"[v*]"', '"[refs/tags/v*]"').replace(
    "persistentVolumeClaim: {claimName: sources}", "emptyDir: {}"
)
# %% key="q3.wrong4" tags=["wrong"] expect="q3.refused"
tekton = (
    (lab.scratch("almost") / "pipeline.yaml")
    .read_text()
    .split("---\n", 2)[2]
    .replace("[lint, test]", "[lint, tests]")
)
# %% [markdown] lang="en" key="q4"
# ## q4 A proof that they are equal
#
# Reading two files side by side proves nothing. Write `differences(one, other)`: it gets two tables of `facts`, by job
# dictionaries with `commands`, `before`, `secrets`, `runs`, and returns a list of what differs, naming the job. For equal
# pipelines the list is empty.
# %% [markdown] lang="ru" key="q4" of="224f1e64"
# ## q4 Доказательство, что они равны
#
# Два файла, прочитанные рядом, не доказывают ничего. Напишите `differences(one, other)`: она получает две таблицы `facts`
# (по заданиям — словари с `commands`, `before`, `secrets`, `runs`) и возвращает список различий, где названо задание. У
# равных конвейеров список пуст.
# %% key="q4" tags=["exercise"]
differences = None  # def differences(one, other): ...


### BEGIN SOLUTION
def differences(one, other):
    found = []
    for job in sorted(one.keys() | other.keys()):
        for fact in ("commands", "before", "secrets", "runs"):
            left, right = one.get(job, {}).get(fact), other.get(job, {}).get(fact)
            if left != right:
                found.append((job, fact, left, right))
    return found


### END SOLUTION
lab.check("q4", differences)


# %% key="q4.wrong1" tags=["wrong"] expect="q4.misses_extra"
def differences(one, other):
    return [job for job in one if one[job] != other.get(job)]


# %% key="q4.wrong2" tags=["wrong"] expect="q4.misses_order"
def differences(one, other):
    return sorted(one.keys() ^ other.keys())


# %% key="q4.wrong3" tags=["wrong"] expect="q4.false_alarm"
def differences(one, other):
    return [(a, b) for a, b in zip(one.items(), other.items(), strict=False) if a != b]


# %% [markdown] lang="en" key="proof"
# Your function on your files, and the same as a picture. Red would be what differs from GitHub Actions.
# %% [markdown] lang="ru" key="proof" of="12e1d030"
# Ваша функция на ваших файлах, и то же самое на картинке. Красным было бы то, что отличается от GitHub Actions.
# %% key="proof"
from checker.workbook import systems
from checker.workbook.pictures import four_graphs

four = readable(
    github=ci, gitlab=gitlab, jenkins=jenkins, tekton=f"{tasks}{tekton}" if tekton else ""
)
for name, pipeline in four.items() if lab.outcome("q4").kind == "correct" else ():
    print(f"{systems.SYSTEMS[name]}: {differences(facts(four['github']), facts(pipeline))}")
# %% key="picture"
words = {"title": lab.text("graphs"), "events": lab.text("events", events="{events}")}
graphs = four_graphs.panels(four, systems.SYSTEMS)
lab.figure(four_graphs.four_graphs(graphs, words), "graphs", **four_graphs.facts(graphs))
# %% [markdown] lang="en" key="q5"
# ## q5 One of them is innocent
#
# Four jobs publish with the token. Every system masks secrets in logs, as long as they appear as they are. In three of
# these files the token, or enough of it, gets out all the same. In which line? `0` for the file that keeps it.
# %% [markdown] lang="ru" key="q5" of="0c26543b"
# ## q5 Один из них невиновен
#
# Четыре задания публикуют с токеном. Все системы закрывают секреты в логах звёздочками, пока те видны как есть. В трёх из
# этих файлов токен или его часть всё равно выходит наружу. В какой строке? `0` — для файла, который его хранит.
# %% key="leaky"
leaky = lab.scratch("leaky")
lab.sh("cat --number ci.yml && echo && cat --number .gitlab-ci.yml", folder=leaky)
lab.sh("cat --number Jenkinsfile && echo && cat --number pipeline.yaml", folder=leaky)
# %% key="q5" tags=["exercise"]
leaks = {
    "github": None,
    "gitlab": None,
    "jenkins": None,
    "tekton": None,
}  # numbers of lines; 0 for none
### BEGIN SOLUTION
leaks = {"github": 16, "gitlab": 11, "jenkins": 13, "tekton": 0}
### END SOLUTION
lab.check("q5", leaks)
# %% key="q5.wrong1" tags=["wrong"] expect="q5.clean_one"
leaks = {"github": 16, "gitlab": 11, "jenkins": 13, "tekton": 24}
# %% key="q5.wrong2" tags=["wrong"] expect="q5.missed_jenkins"
leaks = {"github": 16, "gitlab": 11, "jenkins": 0, "tekton": 0}
# %% key="q5.wrong3" tags=["wrong"] expect="q5.other_line"
leaks = {"github": 12, "gitlab": 11, "jenkins": 13, "tekton": 0}
# %% [markdown] lang="en" key="q6"
# ## q6 Twelve events
#
# A colleague translated the workflow too. All three files are valid, and green on their first day. On which of the twelve
# events does each **publish** otherwise than the original? The original publishes on the tags `v1.2.3` and `v2.0.0-rc1`.
# %% [markdown] lang="ru" key="q6" of="f8467e76"
# ## q6 Двенадцать событий
#
# Коллега тоже перевёл этот workflow. Все три файла верны по форме и в первый день зелёные. На каких из двенадцати событий
# каждый **публикует** не так, как оригинал? Оригинал публикует по тегам `v1.2.3` и `v2.0.0-rc1`.
# %% key="almost"
from checker.workbook.systems.happenings import HAPPENINGS

almost = lab.scratch("almost")
lab.sh("head -n 5 .gitlab-ci.yml && echo ... && tail -n 11 .gitlab-ci.yml", folder=almost)
lab.sh("sed -n '/publish/,$p' Jenkinsfile && echo ... && tail -n 22 pipeline.yaml", folder=almost)
print(*(one.name for one in HAPPENINGS), sep="\n")
# %% key="q6" tags=["exercise"]
publishes = {"gitlab": None, "jenkins": None, "tekton": None}  # sets of events: {"push to main"}
### BEGIN SOLUTION
publishes = {
    "gitlab": {"tag nightly-0412"},
    "jenkins": {"push to a branch named v2"},
    "tekton": {"push to a branch named v2", "tag v1.2.3", "tag v2.0.0-rc1"},
}
### END SOLUTION
lab.check("q6", publishes)
# %% key="q6.wrong1" tags=["wrong"] expect="q6.missed_gitlab"
publishes = {
    "gitlab": set(),
    "jenkins": {"push to a branch named v2"},
    "tekton": {"push to a branch named v2"},
}
# %% key="q6.wrong2" tags=["wrong"] expect="q6.same_there"
publishes = {
    "gitlab": {"tag nightly-0412"},
    "jenkins": {"tag v1.2.3", "push to a branch named v2"},
    "tekton": set(),
}
# %% key="q6.wrong3" tags=["wrong"] expect="q6.missed_tekton"
publishes = {
    "gitlab": {"tag nightly-0412"},
    "jenkins": {"push to a branch named v2"},
    "tekton": {"push to a branch named v2"},
}
# %% [markdown] lang="en" key="red"
# The colleague's files as a picture. They differ in more than when they publish: find the arrow that is missing, the one
# that is too many, and the job that tests on one Python alone.
# %% [markdown] lang="ru" key="red" of="4ddb4f98"
# Файлы коллеги на картинке. Они отличаются не только тем, когда публикуют: найдите стрелку, которой не хватает, лишнюю
# стрелку и задание, которое тестирует только на одном Python.
# %% key="red"
from checker.workbook.lessons.n07_one_pipeline_four_systems import NAMES

others = {name: (almost / NAMES[name]).read_text() for name in ("gitlab", "jenkins", "tekton")}
if lab.outcome("q6").kind == "correct":
    graphs = four_graphs.panels(readable(github=ci, **others), systems.SYSTEMS)
    words = {"title": lab.text("almost"), "events": lab.text("events", events="{events}")}
    lab.figure(four_graphs.four_graphs(graphs, words), "graphs", **four_graphs.facts(graphs))
# %% [markdown] lang="en" key="trouble"
# ## Having trouble?
#
# | message | what it means |
# |---|---|
# | `chosen stage does not exist` (GitLab) | `stages` does not list it; without `stages` there are `build`, `test`, `deploy` |
# | `job needs … but it was not added to the pipeline` (GitLab) | the needed job's `rules` leave it out on this event |
# | `Expected one of "steps", "stages", "parallel", or "matrix"` (Jenkins) | a stage has none of them, or two |
# | `No such DSL method` (Jenkins) | code outside of `script`, or a plugin is missing |
# | `couldn't add link between …` (Tekton) | `runAfter` names a task that the Pipeline does not have |
# | nothing starts (Pipelines-as-Code) | no PipelineRun fits the event: is a tag written `refs/tags/…`? |
#
# The references: [GitLab](https://docs.gitlab.com/ci/yaml/), [Jenkins](https://www.jenkins.io/doc/book/pipeline/syntax/),
# [Tekton](https://tekton.dev/docs/pipelines/pipelines/), [OpenShift Pipelines](https://docs.redhat.com/en/documentation/red_hat_openshift_pipelines/).
# %% [markdown] lang="ru" key="trouble" of="d030fb54"
# ## Что-то не получается?
#
# | сообщение | что оно значит |
# |---|---|
# | `chosen stage does not exist` (GitLab) | её нет в `stages`; без `stages` есть `build`, `test`, `deploy` |
# | `job needs … but it was not added to the pipeline` (GitLab) | `rules` нужного задания исключают его на этом событии |
# | `Expected one of "steps", "stages", "parallel", or "matrix"` (Jenkins) | в стадии нет ни одного из них или сразу два |
# | `No such DSL method` (Jenkins) | код вне `script`, или не хватает плагина |
# | `couldn't add link between …` (Tekton) | `runAfter` называет задачу, которой в Pipeline нет |
# | ничего не запускается (Pipelines-as-Code) | событию не подошёл ни один PipelineRun: записан ли тег как `refs/tags/…`? |
#
# Справочники: [GitLab](https://docs.gitlab.com/ci/yaml/), [Jenkins](https://www.jenkins.io/doc/book/pipeline/syntax/),
# [Tekton](https://tekton.dev/docs/pipelines/pipelines/), [OpenShift Pipelines](https://docs.redhat.com/en/documentation/red_hat_openshift_pipelines/).
# %% [markdown] lang="en" key="end"
# ## What you can say now
#
# - A pipeline is jobs, their order, their triggers and their secrets; the rest is dialect.
# - I can read and write it for GitHub, GitLab, Jenkins and Tekton.
# - Equal is what a program finds equal, not what looks alike.
# - Green on the first day says nothing about the event that comes next month.
# - Masking in logs is no protection: a secret that is printed in pieces is out.
#
# Next: [08 · DAG code to Airflow](08_dag_code_to_airflow.ipynb).
# %% [markdown] lang="ru" key="end" of="4245e0c9"
# ## Что вы теперь можете сказать
#
# - Конвейер — это задания, их порядок, события и секреты; остальное — диалект.
# - Я могу прочесть и написать его для GitHub, GitLab, Jenkins и Tekton.
# - Равно то, что признала равным программа, а не то, что похоже.
# - Зелёный в первый день ничего не говорит о событии, которое случится через месяц.
# - Звёздочки в логах не защита: секрет, напечатанный по частям, уже снаружи.
#
# Дальше: [08 · Код DAG в Airflow](08_dag_code_to_airflow.ipynb).
