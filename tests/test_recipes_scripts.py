"""Scripts of the repository, in shell and in Python."""

from __future__ import annotations

import pytest

from tests.descents import leaves, reached

CHECK = {"scripts/check": '#!/bin/sh -e\nruff check $1\nmypy "$@"\n', "scripts/x.sh": "a; b\n"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("scripts/check src", ["ruff check src", "mypy src"], id="path"),
        pytest.param("./scripts/check src t", ["ruff check src", "mypy src t"], id="dot"),
        pytest.param(
            "sh scripts/check", ["ruff check | masked by no set -e", "mypy"], id="shebang-unused"
        ),
        pytest.param("bash -e scripts/check", ["ruff check", "mypy"], id="option"),
        pytest.param(
            "bash -euo pipefail scripts/check", ["ruff check", "mypy"], id="joined-options"
        ),
        pytest.param("bash scripts/x.sh", ["a | masked by no set -e", "b"], id="goes-on"),
        pytest.param("source scripts/x.sh", ["a | masked by no set -e", "b"], id="source"),
        pytest.param(". scripts/x.sh", ["a | masked by no set -e", "b"], id="dot-command"),
        pytest.param("bash -c 'scripts/check x'", ["ruff check x", "mypy x"], id="inside-c"),
        pytest.param("bash -c 'p $1' z y", ["p y"], id="arguments-of-c"),
        pytest.param("bash nothing.sh", ["bash nothing.sh"], id="absent-stays"),
        pytest.param("./nothing", ["./nothing"], id="absent-path-stays"),
        pytest.param(
            "⟦github.workspace⟧/scripts/check x", ["ruff check x", "mypy x"], id="workspace"
        ),
        pytest.param("../scripts/check", ["../scripts/check"], id="outside-stays"),
    ],
)
def test_a_shell_script_is_read_as_its_shell_would(line: str, expected: list[str]) -> None:
    assert leaves(line, CHECK) == expected


def test_a_script_starts_in_the_folder_of_the_command() -> None:
    assert leaves("../scripts/check x", CHECK, cwd="docs") == ["docs: ruff check x", "docs: mypy x"]


def test_a_shell_reads_its_here_document() -> None:
    assert leaves("bash -e", {}, stdin="ruff check\npytest\n") == ["ruff check", "pytest"]


def test_a_script_in_another_language_stays() -> None:
    assert leaves("./x", {"x": "#!/usr/bin/env node\nconsole.log(1)\n"}) == ["./x"]


def script(text: str) -> dict[str, str]:
    return {"scripts/x.py": "import os, subprocess, sys\n" + text}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("subprocess.run(['p', 'a'], check=True)", ["p a"], id="run"),
        pytest.param(
            "subprocess.run(['p'])",
            ["p | masked by subprocess.run(…) whose result nobody looks at"],
            id="unchecked",
        ),
        pytest.param("r = subprocess.run(['p'])\nsys.exit(r.returncode)", ["p"], id="returncode"),
        pytest.param(
            "r = subprocess.run(['p'])\nprint(r.stdout)",
            ["p | masked by subprocess.run(…) whose result nobody looks at"],
            id="only-printed",
        ),
        pytest.param("subprocess.check_call('p && q', shell=True)", ["p", "q"], id="shell"),
        pytest.param("subprocess.check_output('p a'.split())", ["p a"], id="split"),
        pytest.param("sys.exit(os.system('p'))", ["p"], id="system"),
        pytest.param(
            "os.system('p')",
            ["p | masked by os.system(…) whose result nobody looks at"],
            id="system-unused",
        ),
        pytest.param(
            "sys.exit(subprocess.call([sys.executable, '-m', 'pytest']))",
            ["pytest"],
            id="executable",
        ),
        pytest.param(
            "CMD = ['p']\ndef main():\n    subprocess.check_call(CMD + ['x'])\nif __name__ == '__main__':\n    main()",
            ["p x"],
            id="main",
        ),
        pytest.param(
            "for n in ('a', 'b'):\n    subprocess.check_call(['p', n])", ["p a", "p b"], id="loop"
        ),
        pytest.param("subprocess.check_call(['p', *sys.argv[1:]])", ["p one"], id="arguments"),
        pytest.param("subprocess.check_call(['p'], cwd='docs')", ["docs: p"], id="folder"),
        pytest.param("os.chdir('docs')\nsubprocess.check_call(['p'])", ["docs: p"], id="chdir"),
        pytest.param(
            "from pathlib import Path\nHERE = Path(__file__).resolve().parent.parent\nsubprocess.check_call(['p'], cwd=HERE / 'docs')",
            ["docs: p"],
            id="path",
        ),
        pytest.param("import pytest\nsys.exit(pytest.main(['-q']))", ["pytest -q"], id="pytest"),
        pytest.param(
            "import pytest\npytest.main()",
            ["pytest | masked by pytest.main(…) whose result nobody looks at"],
            id="pytest-unused",
        ),
        pytest.param(
            "import unittest\nunittest.main()\nos.system('q')",
            ["python -m unittest"],
            id="unittest",
        ),
        pytest.param(
            "import unittest\nsuite = unittest.TestLoader().discover('tests')\nr = unittest.TextTestRunner(verbosity=2).run(suite)\nsys.exit(not r.wasSuccessful())",
            ["python -m unittest discover tests"],
            id="runner",
        ),
        pytest.param(
            "import twine.commands.upload\ntwine.commands.upload.main(['dist/*'])",
            ["twine upload dist/*"],
            id="twine",
        ),
        pytest.param(
            "try:\n    subprocess.check_call(['p'])\nexcept subprocess.CalledProcessError:\n    print('no')",
            ["p | masked by except subprocess.CalledProcessError"],
            id="swallowed",
        ),
        pytest.param(
            "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--tool', default='pytest')\nargs = parser.parse_args()\nsubprocess.check_call([args.tool])",
            ["pytest"],
            id="argparse",
        ),
        pytest.param("import helper\nhelper.go('x')", ["p x"], id="module-beside"),
        pytest.param("print('pytest')", ["python scripts/x.py one"], id="nothing-stays"),
        pytest.param("def f(:", ["python scripts/x.py one"], id="broken-stays"),
        pytest.param("os.execvp('p', ['p', 'a'])\nos.system('q')", ["p a"], id="exec"),
    ],
)
def test_a_python_script_is_followed_for_what_it_starts(text: str, expected: list[str]) -> None:
    files = script(text) | {
        "scripts/helper.py": "import subprocess\ndef go(a):\n    subprocess.check_call(['p', a])\n"
    }
    assert leaves("python scripts/x.py one", files) == expected


@pytest.mark.parametrize(
    ("line", "stdin"),
    [
        ("python -c 'import os; exit(os.system(\"p\"))'", ""),
        ("python -", "import sys, os\nsys.exit(os.system('p'))\n"),
    ],
    ids=["c", "input"],
)
def test_python_text_is_followed_wherever_it_comes_from(line: str, stdin: str) -> None:
    assert leaves(line, {}, stdin=stdin) == ["p"]


def test_a_python_script_by_its_path_is_read_as_its_first_line_says() -> None:
    text = "#!/usr/bin/env python3\nimport subprocess\nsubprocess.check_call(['p'])\n"
    (leaf,) = reached("./run", {"run": text})
    assert (leaf.text, leaf.via) == ("p", ("./run",))


def test_two_scripts_that_call_each_other_end() -> None:
    files = {"a.sh": "bash b.sh\np\n", "b.sh": "bash a.sh\nq\n"}
    assert [line.partition(" |")[0] for line in leaves("bash a.sh", files)] == ["q", "p"]
