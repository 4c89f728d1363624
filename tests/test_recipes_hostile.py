"""Hostile recipes: what a few lines of a stranger's file may lead to is bounded for every launcher.

The sizes are such that without the bounds each case takes minutes, all memory, or more stack than there is.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping

import pytest

from checker.actions.recipes.descent import MAX_COMMANDS
from tests.descents import leaves, reached
from tests.watchdog import watchdog

LEVELS = 6
WIDTH = 60
COSTLY = "for a in {1..60}; do for b in {1..60}; do for c in {1..60}; do :; done; done; done"
"""A loop that alone takes all the work that one script is given."""
NUMBERS = range(WIDTH)
Files = Mapping[str, str]


def doubling(line: str, levels: int = 60) -> str:
    """Return lines of which each names the next one twice; `{0}` is its number and `{1}` the next one's."""
    return "".join(line.format(level, level + 1) for level in range(levels))


def makefile(text: str, **more: str) -> Files:
    return {"Makefile": text, **more}


MAKE = {
    "includes itself": ("make a", makefile("include Makefile\na:\n\tp\n")),
    "includes each other": ("make a", {"Makefile": "include b.mk\na:\n\tp\n", "b.mk": "include Makefile b.mk\n"}),
    "includes much": (
        "make a",
        {"Makefile": "include " + " ".join(f"{n}.mk" for n in range(40)) + "\na:\n\tp\n"}
        | {f"{n}.mk": "X += y\n" * 19_000 for n in range(40)},
    ),
    "values that double": ("make a", makefile(doubling("V{0} = $(V{1})$(V{1})\n") + "V60 = x\na:\n\tp $(V0)\n")),
    "values that double into nothing": ("make a", makefile(doubling("V{0} = $(V{1})$(V{1})\n") + "a:\n\tp $(V0)\n")),
    "values that all name all": (
        "make a",
        makefile("".join(f"V{n} = " + "".join(f"$(V{m})" for m in range(12)) + "\n" for n in range(12)) + "a:\n\tp $(V0)\n"),
    ),
    "a function that calls itself": ("make a", makefile("f = $(call f,$(1)$(1))$(call f,$(1))\na:\n\tp $(call f,x)\n")),
    "loops in loops": (
        "make a",
        makefile("W = " + "w " * 200 + "\na:\n\tp $(foreach a,$(W),$(foreach b,$(W),$(foreach c,$(W),)))\n"),
    ),
    "brackets": ("make a", makefile("a:\n\tp " + "$(if x," * 30_000 + ")" * 30_000 + "\n")),
    "replacements that grow": ("make a", makefile("T := " + "a" * 100_000 + "\na:\n\tp $(subst a,$(T),$(T))\n")),
    "prefixes that grow": (
        "make a",
        makefile("W := " + "a " * 50_000 + "\nT := " + "b" * 100_000 + "\na:\n\tp $(addprefix $(T),$(W))\n"),
    ),
    "filters": (
        "make a",
        makefile("W := " + "a " * 60_000 + "\nF := " + "b%c " * 100 + "\na:\n" + "\tp $(filter $(F),$(W))\n" * 2_000),
    ),
    "a gap": ("make a", makefile("X = a" + " " * 390_000 + "b\na:\n\tp\n")),
    "a long define": ("make a", makefile("define " + "a" * 200_000 + " " + "b" * 100_000 + " c\nendef\na:\n\tp\n")),
    "many targets": ("make a", makefile("T := " + "x " * 100_000 + "\n" + "$(T): y\n\tp\n" * 3 + "a: b\n\tp\n")),
    "many patterns": (
        "make a",
        makefile("".join(f"%.{n}: %.{n + 1}\n\tp\n" for n in range(3_900)) + "a: " + " ".join(f"u{n}.0" for n in range(9_000))),
    ),
    "all is exported": (
        "make a",
        makefile("export\n" + doubling("v{0} = $(v{1})\n", 9_000) + "a: " + " ".join(f"t{n}" for n in range(900)) + "\n\tp\n"
                 + "".join(f"t{n}:\n\tp\n" for n in range(900))),
    ),
    "conditionals": ("make a", makefile("ifdef HOME\n" * 19_000 + "endif\n" * 19_000 + "a:\n\tp\n")),
    "a circle": ("make a", makefile("a: b\n\tp\nb: c\n\tp\nc: a\n\tp\n")),
    "a long chain": ("make t0", makefile(doubling("t{0}: t{1}\n\tp\n", 3_900))),
    "make by make": ("make a0", makefile("".join(f"a{n}:\n" + f"\t$(MAKE) a{n + 1}\n" * 60 for n in range(30)))),
    "costly lines": ("make a", makefile("a:\n" + "".join(f"\t: {n}; {COSTLY}\n" for n in range(2_000)))),
    "another folder's file": ("make a", makefile("a:\n\tcd ../../.. && make -f /etc/passwd x\n\tp\n")),
}  # fmt: skip


def tox_ini(text: str) -> Files:
    return {"tox.ini": text}


TOX = {
    "values that double": ("tox", tox_ini("[testenv]\n" + doubling("v{0} = {{[testenv]v{1}}}{{[testenv]v{1}}}\n") + "commands = p {[testenv]v0}\n")),
    "values that name each other": (
        "tox",
        tox_ini("[testenv]\na = {[testenv]b}{[testenv]b}\nb = {[testenv]a}{[testenv]a}\ncommands = p {[testenv]a}\n"),
    ),
    "a long value, often": ("tox", tox_ini("[testenv]\nv = " + "x" * 100_000 + "\ncommands = p " + "{[testenv]v}" * 9_000 + "\n")),
    "factors": ("tox", tox_ini("[tox]\nenvlist = " + "{1-300}" * 40 + "\n[testenv]\ncommands = p\n")),
    "one long factor": ("tox", tox_ini("[tox]\nenvlist = {" + "1-300," * 3_000 + "}\n[testenv]\ncommands = p\n")),
    "sections": (
        "tox -e '{1-300}'",
        tox_ini("[tox]\nenvlist = a{1-60}\n" + "".join(f"[testenv:{{1-300}}x{n}]\n" for n in range(9_000)) + "[testenv]\ncommands = p\n"),
    ),
    "conditions": ("tox", tox_ini("[tox]\nenvlist = a{1-60}\n[testenv]\ncommands =\n" + "".join(f"  {{1-300}}-b{n}: p\n" for n in range(12_000)))),
    "lines": ("tox", tox_ini("[tox]\nenvlist = a{1-60}\n[testenv]\ncommands =\n" + "  p\n" * 70_000)),
    "a product": ("tox", {"tox.toml": "env_list=[{product=[" + "{prefix='x',start=1,stop=999999}," * 40 + "]}]\n[env_run_base]\ncommands=[['p']]\n"}),
    "references": (
        "tox",
        {"tox.toml": "[env_run_base]\nv=[" + "{replace='ref',of=['env_run_base','v']}," * 20
         + "]\ncommands=[['p',{replace='ref',of=['env_run_base','v']}]]\n"},
    ),
    "tox by tox": ("tox", tox_ini("[tox]\nenvlist = a{1-60}\n[testenv]\ncommands =\n" + "".join(f"  tox -e a{n} -- {n}\n" for n in NUMBERS))),
}  # fmt: skip

PARAMETERS = "".join(f"@nox.parametrize('p{n}', V)\n" for n in range(20))


def noxfile(text: str) -> Files:
    return {
        "noxfile.py": f"import nox\nV = [{','.join(map(repr, 'abcdefghijklmnopqrst'))}]\n{text}"
    }


NOX = {
    "products": ("nox", noxfile("".join(f"@nox.session(python=V)\n{PARAMETERS}def s{n}(session, **k):\n  session.run('p')\n" for n in range(50)))),
    "long names": (
        "nox",
        noxfile("P = ['" + "','".join(["x" * 10_000] * 12) + "']\n" + "".join(
            f"@nox.session(python=P)\n@nox.parametrize('a',P)\n@nox.parametrize('b',P)\ndef s{n}(session, a, b):\n  session.run('p')\n"
            for n in range(500))),
    ),
    "sessions": (
        "nox",
        noxfile("nox.options.sessions = [" + "'s0'," * 3_000 + "]\n" + "".join(
            f"@nox.session(python=V)\n@nox.parametrize('a',V)\ndef s{n}(session, a):\n  session.run('p')\n" for n in range(900))),
    ),
    "a chain": ("nox -s s0", noxfile("".join(f"@nox.session(requires=['s{n + 1}'])\ndef s{n}(session):\n  session.run('p')\n" for n in range(1_500)))),
    "a ring": (
        "nox -s s0",
        noxfile("".join(f"@nox.session\ndef s{n}(session):\n  session.notify('s{(n + 1) % 50}')\n  session.run('p')\n" for n in range(50))),
    ),
    "nox by nox": (
        "nox -s a",
        noxfile("@nox.session\ndef a(session):\n" + "".join(f"  session.run('nox', '-s', 'a', '--', '{n}')\n" for n in NUMBERS)),
    ),
}  # fmt: skip


def script(text: str, **more: str) -> Files:
    return {"a.py": f"import os, subprocess\n{text}", **more}


RUN = "subprocess.run(['p', a], check=True)\n"
PYTHON = {
    "texts that double": ("python a.py", script("a = 'x'\n" + "a = f'{a}{a}'\n" * 60 + RUN)),
    "lists that double": ("python a.py", script("a = ['x']\n" + "a = [*a, *a]\n" * 60 + RUN)),
    "lists of lists": ("python a.py", script("a = ['x']\n" + "a = [a, a]\n" * 60 + RUN)),
    "lists of lists compared": (
        "python a.py",
        script("a = ['x']\nb = ['x']\n" + "a = [a, a]\nb = [b, b]\n" * 60 + "if a == b or a in [b]:\n  " + RUN),
    ),
    "a list in itself": ("python a.py", script("a = []\na.append(a)\na.append(a)\n" + RUN)),
    "formats that grow": ("python a.py", script("a = '" + "{0}" * 30_000 + "'\nb = '" + "x" * 90_000 + "'\na = a.format(b)\n" + RUN)),
    "formats, often": ("python a.py", script("a = '" + "{}" * 30_000 + "'\n" + "b = a.format(a, a)\n" * 5_000 + RUN)),
    "percents that grow": ("python a.py", script("a = '" + "%(b)s" * 19_000 + "' % {'b': '" + "x" * 90_000 + "'}\n" + RUN)),
    "replacements that grow": ("python a.py", script("a = '" + "x" * 90_000 + "'\na = a.replace('x', a)\n" + RUN)),
    "a long number": ("python a.py", script("a = 0x" + "f" * 90_000 + "\n" + RUN)),
    "attributes": ("python a.py", script("a" + ".b" * 90_000 + "\n" + RUN)),
    "minuses": ("python a.py", script("a = " + "-" * 20_000 + "1\n" + RUN)),
    "nots": ("python a.py", script("a = " + "not " * 20_000 + "x\n" + RUN)),
    "brackets": ("python a.py", script("a = " + "(" * 20_000 + "1" + ")" * 20_000 + "\n" + RUN)),
    "choices": ("python a.py", script("a = " + "1 if x else " * 15_000 + "1\n" + RUN)),
    "elifs": ("python a.py", script("if x: pass\n" + "elif y: pass\n" * 14_000 + RUN)),
    "ors": ("python a.py", script("a = " + "x or " * 39_000 + "1\n" + RUN)),
    "a wide list": ("python a.py", script("a = " + "not " * 50 + "f(" + "x.y," * 40_000 + ")\n" + RUN)),
    "decorators": ("python a.py", script("@f\n" * 60_000 + "def g(): pass\n" + RUN)),
    "names": ("python a.py", script("L = list('x' * 9)\nfor b in [1, 2, 3, 4, 5, 6, 7, 8, 9] * 1:\n  " + "a = " * 40_000 + "1\n" + RUN)),
    "loops": ("python a.py", script(f"L = {list(range(50))}\nfor a in L:\n for b in L:\n  for c in L:\n   for d in L:\n    {RUN}")),
    "functions": ("python a.py", script("def f():\n  g(); g(); g()\ndef g():\n  f(); f(); f()\n  subprocess.run(['p'])\nf()\n")),
    "nested handlers": (
        "python a.py",
        script("".join(" " * n + "try: pass\n" + " " * n + "except Exception:\n" for n in range(90)) + " " * 90 + "f(" + "x," * 60_000 + ")\n" + RUN),
    ),
    "costly shells": (
        "python a.py",
        script(f"L = {list(range(50))}\nfor a in L:\n for b in L:\n  os.system(f'{COSTLY.replace('{', '{{').replace('}', '}}')} {{a}}{{b}}')\n"),
    ),
    "scripts that call each other": (
        "python a.py",
        {"a.py": "import subprocess\n" + "subprocess.run(['python', 'b.py'])\n" * 50,
         "b.py": "import subprocess\n" + "".join(f"subprocess.run(['python', 'a.py', '{n}'])\n" for n in NUMBERS)},
    ),
    "modules that import each other": (
        "python a.py",
        {"a.py": "import b\nb.f()\n", "b.py": "import a, b, subprocess\ndef f():\n  import a\n  subprocess.run(['p'])\n"},
    ),
}  # fmt: skip


def tasks_py(text: str) -> Files:
    return {"tasks.py": f"from invoke import task, Collection\n{text}"}


INVOKE = {
    "a long chain": (
        "invoke t0",
        tasks_py("@task\ndef t1500(c): c.run('p')\n" + "".join(
            f"@task(pre=[t{n + 1}])\ndef t{n}(c): c.run('p')\n" for n in reversed(range(1_500)))),
    ),
    "a namespace in itself": (
        "invoke " + "n." * 3_000 + "a",
        tasks_py("@task\ndef a(c): c.run('p')\nns = Collection(a)\nns.add_collection(ns, 'n')\n"),
    ),
    "invoke by invoke": (
        "invoke t0",
        tasks_py("".join(f"@task\ndef t{n}(c):\n" + "".join(f"  c.run('invoke t{(n + 1) % 5} -x {m}')\n" for m in NUMBERS) for n in range(5))),
    ),
    "costly tasks": ("invoke a", tasks_py("@task\ndef a(c):\n" + "".join(f"  c.run(': {n}; {COSTLY}')\n" for n in range(1_000)))),
}  # fmt: skip


def hooks(text: str) -> Files:
    return {".pre-commit-config.yaml": text}


PRE_COMMIT = {
    "hooks": ("pre-commit run -a", hooks("repos:\n- repo: r\n  hooks:\n" + "".join(f"  - id: h{n}\n" for n in range(30_000)))),
    "aliases": (
        "pre-commit run -a",
        hooks("a0: &a0 [p]\n" + "".join(f"a{n + 1}: &a{n + 1} [" + f"*a{n}," * 10 + "]\n" for n in range(12)) + "repos: *a12\n"),
    ),
    "a list in itself": ("pre-commit run -a", hooks("repos: &r [{hooks: *r}]\n")),
    "deep": ("pre-commit run -a", hooks("repos: " + "[" * 50_000)),
    "numbers": ("pre-commit run -a", hooks("repos: [{repo: local, hooks: [{id: 0x" + "f" * 9_000 + ", entry: 0x" + "f" * 9_000 + "}]}]")),
    "tags": ("pre-commit run -a", hooks("repos: [!!timestamp x, !!bool y, !!int '']\n")),
    "pre-commit by pre-commit": (
        "pre-commit run -a",
        hooks("repos:\n- repo: local\n  hooks:\n" + "".join(
            f"  - {{id: x{n}, entry: pre-commit run -a --files {n}, language: system}}\n" for n in range(100))),
    ),
}  # fmt: skip


def dockerfile(text: str, **more: str) -> Files:
    return {"Dockerfile": f"FROM x\n{text}", **more}


DOCKER = {
    "values that double": ("docker build .", dockerfile("ENV A=a\n" + "ENV A=$A$A\n" * 900 + "RUN p $A\n")),
    "values that grow": ("docker build .", dockerfile("ENV A=" + "a" * 9_999 + "\n" + ("ENV B=" + "$A" * 4_900 + "\n") * 39 + "RUN p\n")),
    "letters": ("docker build .", dockerfile("ENV A=b " + "a" * 390_000 + "\nRUN p\n")),
    "flags": ("docker build .", dockerfile("RUN " + "--a " * 90_000 + "p\n")),
    "open documents": ("docker build .", dockerfile("RUN p\n" + "RUN <<E\n" * 4_000)),
    "stages in a circle": ("docker build .", dockerfile("FROM b as a\nCOPY --from=b x x\nRUN p\nFROM a as b\nCOPY --from=a x x\nRUN p\n")),
    "an image by itself": ("docker build .", dockerfile("".join(f"RUN docker build -t x{n} .\n" for n in NUMBERS))),
    "costly lines": ("docker build .", dockerfile("".join(f"RUN : {n}; {COSTLY}\n" for n in range(900)))),
    "another folder": ("docker build -f ../../../etc/passwd /etc", dockerfile("RUN p\n")),
    "services that need each other": (
        "docker compose up",
        {"compose.yaml": json.dumps({"services": {
            f"s{n}": {"build": ".", "depends_on": [f"s{m}" for m in NUMBERS], "command": "docker compose up"} for n in NUMBERS}}),
         **dockerfile("RUN docker compose up\nRUN docker compose build\nRUN docker compose run s1\n")},
    ),
}  # fmt: skip


def toml(table: str, write: Callable[[list[str]], str]) -> Files:
    """Return a table whose every script is the next one, sixty times over."""
    lines = [f"s{level} = {write([f's{level + 1}'] * WIDTH)}" for level in range(LEVELS)]
    return {"pyproject.toml": "\n".join((f"[{table}]", *lines, f's{LEVELS} = "p"', ""))}


def taskfile(**tasks: object) -> Files:
    return {"Taskfile.yml": json.dumps({"tasks": tasks})}


def package(**scripts: str) -> Files:
    return {"package.json": json.dumps({"scripts": scripts})}


def by_itself(line: str) -> list[str]:
    """Return sixty calls of a task by a task."""
    return [f"{line} {n}" for n in NUMBERS]


TASKS = {
    "hatch": ("hatch run s0", toml("tool.hatch.envs.default.scripts", json.dumps)),
    "hatch by hatch": ("hatch run a", {"pyproject.toml": f"[tool.hatch.envs.default.scripts]\na = {json.dumps(by_itself('hatch run a'))}\n"}),
    "hatch templates": (
        "hatch run a:t",
        {"pyproject.toml": "[tool.hatch.envs.a]\ntemplate='b'\n[tool.hatch.envs.b]\ntemplate='a'\n[tool.hatch.envs.b.scripts]\nt='p'\n"},
    ),
    "pdm": ("pdm run s0", toml("tool.pdm.scripts", lambda names: f"{{ composite = {json.dumps(names)} }}")),
    "pdm by pdm": ("pdm run a", {"pyproject.toml": f"[tool.pdm.scripts]\na = {{ shell = '{'; '.join(by_itself('pdm run a'))}' }}\n"}),
    "pdm around itself": (
        "pdm run a",
        {"pyproject.toml": "[tool.pdm.scripts]\na='p'\npre_a={composite=['a','a','a']}\npost_a={composite=['a','pre_a']}\n"},
    ),
    "poe": ("poe s0", toml("tool.poe.tasks", json.dumps)),
    "poe in a ring": ("poe a", {"pyproject.toml": f"[tool.poe.tasks]\na={['b'] * 60}\nb={[*['a'] * 60, 'c']}\nc='p'\n"}),
    "poe by poe": ("poe a", {"pyproject.toml": f"[tool.poe.tasks]\na = {{ shell = '{'; '.join(by_itself('poe a'))}' }}\n"}),
    "rye": ("rye run s0", toml("tool.rye.scripts", lambda names: f"{{ chain = {json.dumps(names)} }}")),
    "rye without a list": ("rye run a", {"pyproject.toml": "[tool.rye.scripts]\na = { chain = 5 }\n"}),
    "pixi": ("pixi run a", {"pixi.toml": "[tasks]\na = {cmd='p', depends-on=['a','a','b']}\nb={depends-on=['a','b']}\n"}),
    "pipenv": ("pipenv run a", {"Pipfile": "[scripts]\na = 'pipenv run a x'\n"}),
    "task": ("task s0", taskfile(**{f"s{n}": {"cmds": [{"task": f"s{n + 1}"}] * WIDTH} for n in range(LEVELS)}, s6="p")),
    "task's needs": ("task s0", taskfile(**{f"s{n}": {"deps": [f"s{n + 1}"] * WIDTH, "cmds": ["p"]} for n in range(30)})),
    "task's lines": ("task a", taskfile(a=[{"task": "b"}] * 150, b=["p"] * 9_000)),
    "task by task": ("task a", taskfile(a=by_itself("task a"))),
    "task's costly lines": ("task a", taskfile(a=[f": {n}; {COSTLY}" for n in range(2_000)])),
    "just": ("just s0", {"justfile": "".join(f"s{n} x='': " + " ".join(f"(s{n + 1} '{m}')" for m in NUMBERS) + "\n  p\n" for n in range(30))}),
    "just's lines": (
        "just a",
        {"justfile": "a: " + " ".join(f"(b '{n}')" for n in range(290)) + "\nb x:\n" + "  p\n" * 8_000},
    ),
    "just's long chain": ("just a0", {"justfile": doubling("a{0}: a{1}\n  p\n", 3_000)}),
    "just's values that double": ("just a", {"justfile": doubling("v{0} := v{1} + v{1}\n") + "v60 := ''\na:\n  p {{v0}}\n"}),
    "just's replacements": ("just a", {"justfile": "v := '" + "x" * 19_000 + "'\nw := replace(v, 'x', v)\na:\n" + "  p {{w}}\n" * 900}),
    "just's slashes": ("just a", {"justfile": "v := " + "/ " * 9_000 + "\na:\n  p {{v}}\n"}),
    "just's choices": ("just a", {"justfile": "v := if a == b { '' } " + "else if a == b { '' } " * 900 + "\na:\n  p {{v}}\n"}),
    "just by just": ("just a", {"justfile": "a x='':\n" + "".join(f"  {line}\n" for line in by_itself("just a"))}),
    "npm by npm": ("npm run a", package(a=" && ".join(by_itself("npm run a --")))),
    "npm around itself": ("npm test", package(pretest="npm test", test="npm run pretest && npm test && p", posttest="npm test")),
    "npm's long chain": ("npm run a0", package(**{f"a{n}": f"npm run a{n + 1}" for n in range(3_000)})),
}  # fmt: skip

SHELL = {
    "scripts that call each other": (
        "sh a.sh",
        {"a.sh": "".join(f"sh b.sh {n}\n" for n in NUMBERS), "b.sh": "".join(f"./a.sh {n}\n" for n in NUMBERS)},
    ),
    "a script that sources itself": ("sh a.sh", {"a.sh": ". ./a.sh\nsource a.sh\n. ./a.sh 1\np\n"}),
    "words that double": ("sh a.sh x", {"a.sh": 'sh a.sh "$@" "$@"\nsh a.sh "$@$@"\n'}),
    "costly scripts": ("bash a.sh", {"a.sh": "".join(f"bash b.sh {n}\n" for n in range(900)), "b.sh": f"{COSTLY}\n: $1\n"}),
    "a script as its own interpreter": ("./a", {"a": "#!/usr/bin/env -S ./a\np\n"}),
    "a Makefile as a script": ("./a", {"a": "#!/usr/bin/make -f\na:\n\t./a\n\t./a x\n\tp\n"}),
    "wrappers": ("sudo " * 3_000 + "p", {}),
    "launchers": ("poetry run " * 3_000 + "p", {}),
    "short options": ("make -" + "a" * 100_000, {}),
    "another folder": ("sh ../../../../etc/profile", {}),
}  # fmt: skip

EVERY = {
    f"{launcher}: {name}": case
    for launcher, table in {
        "make": MAKE, "tox": TOX, "nox": NOX, "python": PYTHON, "invoke": INVOKE,
        "pre-commit": PRE_COMMIT, "docker": DOCKER, "tasks": TASKS, "shell": SHELL,
    }.items()
    for name, case in table.items()
}  # fmt: skip


@pytest.mark.parametrize(("line", "files"), EVERY.values(), ids=EVERY.keys())
def test_a_hostile_recipe_is_followed_within_bounds(line: str, files: Files) -> None:
    with watchdog(30):
        found = reached(line, files)
    assert len(found) <= MAX_COMMANDS
    assert sum(len(command.text) for command in found) < 2_000_000
    assert all(command.argv for command in found)


FOLLOWED = {
    "make: includes itself": {"p"},
    "make: a circle": {"p"},
    "make: a gap": {"p"},
    "tox: lines": {"p"},
    "tox: factors": {"p"},
    "nox: products": {"p"},
    "nox: a ring": {"p"},
    "python: modules that import each other": {"p"},
    "invoke: a long chain": {"p"},
    "docker: flags": {"docker build .", "p"},
    "tasks: hatch": {"p"},
    "tasks: pdm": {"p"},
    "tasks: poe": {"p"},
    "tasks: rye": {"p"},
    "tasks: task": {"p"},
    "tasks: just": {"p"},
    "shell: a script that sources itself": {"p"},
}


@pytest.mark.parametrize(("name", "expected"), FOLLOWED.items(), ids=FOLLOWED.keys())
def test_what_a_hostile_recipe_starts_is_found_all_the_same(name: str, expected: set[str]) -> None:
    line, files = EVERY[name]
    assert {leaf.partition(" | masked")[0] for leaf in leaves(line, files)} == expected


def test_scripts_that_multiply_into_nothing_end() -> None:
    files = toml("tool.hatch.envs.default.scripts", json.dumps)
    files = {path: text.replace('"p"', "[]") for path, text in files.items()}
    assert leaves("hatch run s0", files) == ["hatch run s0"]


@pytest.mark.parametrize(
    ("line", "files"),
    [
        pytest.param(
            "hatch run s0 word",
            {
                "pyproject.toml": "[tool.hatch.envs.default.scripts]\n"
                + "".join(f's{level} = "s{level + 1} {"{args} " * 1_000}"\n' for level in range(6))
                + 's6 = "p {args}"\n'
            },
            id="hatch",
        ),
        pytest.param(
            "pdm run s0",
            {
                "pyproject.toml": "[tool.pdm.scripts]\n"
                f's0 = {{ composite = ["s1 {"a " * 40_000}"] }}\ns1 = "p {"{args} " * 18_000}"\n'
            },
            id="pdm",
        ),
        pytest.param(
            "poe s0",
            {
                "pyproject.toml": f'[tool.poe.env]\nA = "{"a" * 140_000}"\n'
                f'[tool.poe.tasks]\ns0 = "p {"$A " * 45_000}"\n'
            },
            id="poe",
        ),
        pytest.param(
            "just a",
            {"justfile": "v := '" + "x" * 19_000 + "'\na:\n  p " + "{{v}}" * 1_000 + "\n"},
            id="just",
        ),
    ],
)
def test_words_that_multiply_stay_short(line: str, files: Files) -> None:
    (leaf,) = leaves(line, files)
    assert leaf.startswith("p")
    assert len(leaf) < 100_000


def test_a_list_within_the_bounds_is_read_whole() -> None:
    lines = [f"p {number}" for number in range(WIDTH)]
    files = {
        "pyproject.toml": f"[tool.hatch.envs.default.scripts]\nall = {json.dumps(lines)}\n",
        "Taskfile.yml": json.dumps({"tasks": {"all": lines}}),
        "justfile": "all:\n" + "".join(f"  {line}\n" for line in lines),
        "Makefile": "all:\n" + "".join(f"\t{line}\n" for line in lines),
        "tox.ini": "[testenv]\ncommands =\n" + "".join(f"  {line}\n" for line in lines),
    }
    for line in ("hatch run all", "task all", "just all", "make all", "tox"):
        assert leaves(line, files) == lines


LETTERS = "aA0 \t\n\"'`$(){}[]<>|&;:=,.@%*?!#\\/-+~^_⟦⟧é\0\r"
FILES = {
    "make": ("make", "Makefile"),
    "tox": ("tox", "tox.ini"),
    "tox in TOML": ("tox", "tox.toml"),
    "nox": ("nox", "noxfile.py"),
    "invoke": ("invoke a", "tasks.py"),
    "pre-commit": ("pre-commit run -a", ".pre-commit-config.yaml"),
    "docker": ("docker build .", "Dockerfile"),
    "compose": ("docker compose up", "compose.yaml"),
    "just": ("just", "justfile"),
    "task": ("task", "Taskfile.yml"),
    "npm": ("npm test", "package.json"),
    "hatch": ("hatch run a", "pyproject.toml"),
    "sh": ("sh a.sh", "a.sh"),
    "python": ("python a.py", "a.py"),
}
SEEDS = {
    "Makefile": "V ?= $(shell a)\ninclude b\nifeq ($(V),x)\na: b | c\n\t@-p $(V) $@\nendif\n",
    "tox.ini": "[tox]\nenvlist = py{39,310}-a, b\n[testenv:b]\nbase = x\n[testenv]\ncommands =\n  a,!b: p {posargs:x}\n  - q\n",
    "tox.toml": "env_list = ['a', { product = [['b'], { prefix = 'c', start = 1, stop = 3 }] }]\n"
    "[env_run_base]\ncommands = [['p', { replace = 'posargs', default = ['x'] }]]\n",
    "noxfile.py": "import nox\n@nox.session(python=['3.12', '3.13'])\n@nox.parametrize('a,b', [(1, 2)])\n"
    "def t(session, a, b):\n    with session.chdir('x'):\n        session.run('p', *session.posargs, env={'A': str(a)})\n",
    "tasks.py": "from invoke import task\n@task(pre=[])\ndef a(c, x='1'):\n    for i in range(3):\n        c.run(f'p {x}', warn=True)\n",
    ".pre-commit-config.yaml": "repos:\n- repo: local\n  hooks:\n  - {id: x, entry: p a, language: system, stages: [commit]}\n",
    "Dockerfile": "ARG V=1\nFROM x:${V:-2} AS a\nENV A=b C='d'\nWORKDIR /w\nCOPY --from=a . .\nRUN --mount=type=cache p $A\nCMD [\"q\"]\n",
    "compose.yaml": "services:\n  a: {build: {context: ., args: [A=1]}, command: p, depends_on: [b]}\n  b: {image: x}\n",
    "justfile": "set shell := ['bash', '-c']\nv := 'x' / env('A', 'b')\na x='1' *y: (b x)\n  @-p {{v}} {{x}}\nb x:\n  q\n",
    "Taskfile.yml": "vars: {A: b}\ntasks:\n  default: {deps: [a], cmds: [{task: a, vars: {B: '{{.A}}'}}, {cmd: p, for: [x, y]}]}\n  a: q\n",
    "package.json": '{"scripts": {"pretest": "p", "test": "npm run a -- -x", "a": "q && r"}}',
    "pyproject.toml": "[tool.hatch.envs.default.scripts]\na = ['p {args:x}', '- b y']\nb = 'q {env:A:z}'\n",
    "a.sh": "set -e\nf() { p \"$1\"; }\nfor x in a b; do f $x || true; done\ncase $1 in a) q;; esac\n",
    "a.py": "import subprocess as s\nx = ['p', *'a b'.split()]\nif s.run(x).returncode:\n    raise SystemExit(f'{x!r}')\n",
}  # fmt: skip


@pytest.mark.parametrize(("line", "path"), FILES.values(), ids=FILES.keys())
def test_no_recipe_raises(line: str, path: str) -> None:
    dice = random.Random(path)
    for _ in range(150):
        text = list(SEEDS[path])
        for _ in range(dice.randint(1, 12)):
            at = dice.randrange(len(text) + 1)
            if dice.random() < 0.5:
                text.insert(at, dice.choice(LETTERS))
            else:
                text[at : at + dice.randint(0, 9)] = dice.choice(("", *LETTERS))
        reached(line, {path: "".join(text)})
