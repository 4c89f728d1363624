"""Lesson 06: Dockerfiles, layers, digests and workflows that students write, right ones of many kinds and wrong ones."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from checker.workbook import Lab
from checker.workbook.dockerfiles import findings
from checker.workbook.layers import layers, rebuilt
from checker.workbook.lessons import n06_publish_an_image as lesson
from checker.workbook.pictures.layer_cache import Stack, in_words, layer_cache
from checker.workbook.work import FILES

SERVICE = FILES / lesson.SLUG / "service"
TIRED = (SERVICE / "Dockerfile").read_text()


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("CHECKER_WORKBOOK", "build")
    return Lab(lesson.SLUG, "en")


def checked(lab, id, *answers):
    lab.check(id, *answers)
    found = lab.outcome(id)
    return found.kind + (f": {found.reason}" if found.reason else "")


def test_the_tired_dockerfile_has_six_findings_each_of_another_kind():
    rules = [one.rule for one in findings(TIRED)]
    assert rules == ["untagged", "add", "secret", "pip_cache", "shell_form", "root"]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("FROM python:latest", "latest"),
        ("FROM registry.example:5000/python", "untagged"),
        ("FROM x:1\nARG DB_PASSWORD=x", "secret"),
        ("FROM x:1\nENV AWS_SECRET_ACCESS_KEY x", "secret"),
        ("FROM x:1\nRUN apt-get update && apt-get install -y git", "apt_recommends"),
        ("FROM x:1\nENTRYPOINT python serve.py", "shell_form"),
        ("FROM x:1\nRUN pip install a && pip install --no-cache-dir b", "pip_cache"),
        ("FROM x:1\nUSER root", "root"),
        ("FROM x:1\nUSER me\nFROM y:2", "root"),
    ],
)
def test_a_line_that_a_reviewer_would_point_at(line, rule):
    assert rule in {one.rule for one in findings(line)}


@pytest.mark.parametrize(
    "text",
    [
        "FROM python:3.13-slim@sha256:aa\nUSER me",
        "ARG TAG=3.13\nFROM python:${TAG}\nUSER 1000:1000",
        "FROM python:3.13 AS build\nFROM build\nUSER me",
        "FROM scratch\nUSER me",
        "FROM x:1\nADD https://example.org/a.tar.gz /a/\nUSER me",
        "FROM x:1\nADD site.tar.xz /a/\nUSER me",
        "FROM x:1\nENV PIP_NO_CACHE_DIR=1\nRUN pip install a\nUSER me",
        "FROM x:1\nRUN --mount=type=cache,target=/root/.cache pip install a\nUSER me",
        "FROM x:1\nRUN --mount=type=secret,id=token pip install --no-cache-dir a\nUSER me",
        "FROM x:1\nENV TOKENIZERS_PARALLELISM=false\nUSER me",
    ],
)
def test_a_line_that_is_right_is_not_pointed_at(text):
    assert findings(text) == ()


GOOD = """
FROM python:3.13-slim
WORKDIR /app
RUN useradd --create-home berry
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY serve.py model.json ./
USER berry
CMD ["python", "serve.py"]
"""


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace("COPY requirements.txt ./", "COPY ./requirements.txt /app/requirements.txt"),
        GOOD.replace("COPY serve.py model.json ./", "COPY *.py *.json /app/"),
        GOOD.replace('CMD ["python", "serve.py"]', 'ENTRYPOINT ["python", "/app/serve.py"]'),
        GOOD.replace(
            "RUN pip install",
            "RUN python -m pip install --upgrade pip --no-cache-dir && pip install",
        ),
        GOOD.replace("COPY requirements.txt ./\n", "").replace(
            "RUN pip install",
            "RUN --mount=type=bind,source=requirements.txt,target=requirements.txt pip install",
        ),
        (
            "FROM python:3.13-slim AS build\nCOPY requirements.txt .\nRUN pip install --no-cache-dir --target /libs -r requirements.txt\n"
            "FROM python:3.13-slim\nCOPY --from=build /libs /libs\nCOPY serve.py model.json /app/\nWORKDIR /app\nENV PYTHONPATH=/libs\n"
            'USER 1000\nCMD ["python", "serve.py"]\n'
        ),
    ],
    ids=[
        "the solution",
        "whole paths",
        "patterns",
        "an entrypoint",
        "two pips",
        "a bind mount",
        "two stages",
    ],
)
def test_right_dockerfiles_of_several_kinds(lab, text):
    assert checked(lab, "q1", text) == "correct"
    lab.write("Dockerfile", text, folder=lab.scratch("service"))
    predicted = dict(zip(lesson.EDITS, (False, False, False, True, True), strict=True))
    assert checked(lab, "q2", text, predicted) == "correct"


@pytest.mark.parametrize(
    "answer",
    [7, ["FROM x"], b"FROM x", object(), "\0", "FROM", "nothing of the kind", "FROM x:1\n" * 2000],
)
def test_answers_of_any_kind_are_judged(lab, answer):
    assert checked(lab, "q1", answer).startswith("wrong")
    assert checked(lab, "q2", answer, None).startswith("wrong")


@pytest.mark.parametrize("table", [None, 7, [], {}, {"the code": "no"}, {"the code": 1}])
def test_tables_of_any_kind_are_judged(lab, table):
    lab.write("Dockerfile", GOOD, folder=lab.scratch("service"))
    assert checked(lab, "q2", GOOD, table).startswith("wrong")
    assert (
        checked(lab, "q5", table) == "unattempted"
        if table in (None, {}, {"the code": "no"}, {"the code": 1})
        else True
    )


def test_dockerignore_keeps_a_change_out_of_a_layer(tmp_path):
    shutil.copytree(SERVICE, tmp_path / "a")
    (tmp_path / "a/Dockerfile").write_text("FROM x:1\nCOPY . /app\n")
    before = layers(tmp_path / "a")
    (tmp_path / "a/README.md").write_text("other")
    assert rebuilt(before, layers(tmp_path / "a")) == (False, True)
    (tmp_path / "a/.dockerignore").write_text("README.md\n")
    before = layers(tmp_path / "a")
    (tmp_path / "a/README.md").write_text("yet another")
    assert rebuilt(before, layers(tmp_path / "a")) == (False, False)


@pytest.mark.oracle
@pytest.mark.skipif(not shutil.which("buildah"), reason="buildah is not installed")
def test_buildah_keeps_the_same_layers(tmp_path):
    folder = tmp_path / "context"
    folder.mkdir()
    for name in "abc":
        (folder / name).write_text(name)
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY a /\nCOPY b /\nCOPY c /\n")
    store = [f"--root={tmp_path / 'root'}", f"--runroot={tmp_path / 'run'}", "--storage-driver=vfs"]

    def build():
        done = subprocess.run(
            ["buildah", *store, "bud", "--isolation=chroot", "--layers", "-t", "x", str(folder)],
            capture_output=True, encoding="utf-8", check=True,
        )  # fmt: skip
        return (done.stdout + done.stderr).count("Using cache")

    before = layers(folder)
    assert build() == 0
    for name, kept in (("c", 2), ("b", 1), ("a", 0)):
        (folder / name).write_text(f"{name} changed")
        after = layers(folder)
        assert rebuilt(before, after).count(False) == kept + 1  # FROM is no layer of buildah's
        assert build() == kept
        before = after


HEAD = """
name: Image
on:
  push:
    tags: ["v*"]
permissions:
  contents: read
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: docker/login-action@v4
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: ${{ secrets.DOCKERHUB_TOKEN }}
"""
RIGHT = {
    "github.ref_name": HEAD + "      - uses: docker/build-push-action@v7\n        with:\n          push: true\n"
    "          tags: me/campfire:${{ github.ref_name }}\n",
    "docker by hand": HEAD + "      - run: |\n          docker build -t me/campfire:${GITHUB_REF_NAME} .\n"
    "          docker push me/campfire:${GITHUB_REF_NAME}\n",
    "buildx by hand": HEAD + "      - run: docker buildx build --push -t me/campfire:${{ github.ref_name }} .\n",
    "login by hand": HEAD.partition("      - uses: docker/login")[0]
    + "      - run: echo \"${{ secrets.DOCKERHUB_TOKEN }}\" | docker login -u me --password-stdin\n"
    "      - run: docker buildx build --push -t me/campfire:$GITHUB_REF_NAME .\n",
    "any tag": HEAD.replace('["v*"]', '["**"]') + "      - uses: docker/build-push-action@v7\n        with:\n"
    "          push: true\n          tags: me/campfire:${{ github.ref_name }}\n",
}  # fmt: skip
DOCKERFILE = 'FROM python:3.13-slim\nCOPY . /source\nRUN pip install --no-cache-dir /source\nUSER 1000\nCMD ["campfire"]\n'


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_right_workflows_of_several_kinds(lab, text):
    lab.write("Dockerfile", DOCKERFILE)
    lab.write(".github/workflows/image.yml", text)
    assert checked(lab, "q4", DOCKERFILE, text) == "correct"


@pytest.mark.parametrize("text", [7, "a: [", "on: push", "[]", "\0"])
def test_workflows_of_any_kind_are_judged(lab, text):
    if isinstance(text, str):
        lab.write(".github/workflows/image.yml", text)
    assert checked(lab, "q4", DOCKERFILE, text).startswith("wrong")


@pytest.mark.parametrize(
    ("function", "outcome"),
    [
        (lambda _: "linux/amd64", "wrong: no_list"),
        (lambda _: 1 / 0, "wrong: raised"),
        (lambda _: iter(()), "wrong: differs"),
        (7, "wrong: no_function"),
        (None, "unattempted"),
    ],
)
def test_functions_of_any_kind_are_judged(lab, function, outcome):
    assert checked(lab, "q6", function) == outcome


def test_the_index_of_a_real_registry_is_judged_too(lab):
    index = {"manifests": [{"platform": {"os": "linux", "architecture": "riscv64"}}]}

    def platforms(index):
        found = []
        for one in index.get("manifests", []):
            where = one["platform"]
            if where["os"] != "unknown" and where["architecture"] != "riscv64":
                found.append(
                    "/".join(
                        filter(None, (where["os"], where["architecture"], where.get("variant")))
                    )
                )
        return found

    assert checked(lab, "q6", platforms) == "correct"
    assert checked(lab, "q6", platforms, index) == "wrong: differs"


def test_the_picture_shows_what_its_words_say():
    stack = Stack(
        "one",
        ("FROM x:1", "RUN y"),
        (("the code", (False, True)), ("the base image", (True, True))),
    )
    figure = layer_cache([stack], {"cached": "c", "anew": "a", "edits": "e"})
    axes = figure.axes[0]
    boxes = [one.get_gid() for one in axes.patches]
    assert boxes.count("anew") == 3
    assert boxes.count("cached") == 1
    assert [one.get_text() for one in axes.texts if one.get_gid() == "layer"] == [
        "FROM x:1",
        "RUN y",
    ]
    assert in_words([stack]) == {
        "edits": "the code, the base image",
        "layers_1": 2,
        "anew_1": "1, 2",
    }


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_finding_has_its_words(tmp_path, monkeypatch, language):
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path))
    texts = Lab(lesson.SLUG, language).texts
    for rule in (
        "untagged",
        "latest",
        "add",
        "secret",
        "pip_cache",
        "apt_recommends",
        "shell_form",
        "root",
    ):
        assert texts.message("q1", "wrong", rule, line=1, text="x", left=2).text


def test_tags_are_what_the_action_makes():
    made = {pushed: sorted(lesson.tags_of(ref)) for pushed, ref in lesson.REFS.items()}
    assert json.loads(json.dumps(made)) == {
        "tag v1.2.0": ["1.2", "1.2.0", "latest"],
        "tag v1.3.0-rc.1": ["1.3.0-rc.1"],
        "tag version-2": [],
        "branch main": ["main", "sha-4f2a9c1"],
        "branch fix/scale": ["fix-scale"],
        "pull request 7": ["pr-7"],
    }
