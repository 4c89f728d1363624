"""nox: the sessions that are run and what they start."""

from __future__ import annotations

import pytest

from checker.actions.recipes.nox import sessions_of
from tests.descents import leaves, reached

HEAD = "import nox\nfrom nox import session as new\n"
THREE = (
    HEAD
    + """
@nox.session(python=["3.11", "3.12"], tags=["quick"])
def tests(session):
    session.install("pytest")
    session.run("pytest", *session.posargs)

@nox.session(default=False)
def docs(session):
    session.run("sphinx-build", "docs", "out")

@nox.session(name="static-check", tags=["quick"])
def lint(session):
    args = session.posargs or ["src", "tests"]
    session.run("ruff", "check", *args)
"""
)


def nox(line: str, text: str, **given: object) -> list[str]:
    return leaves(line, {"noxfile.py": text}, **given)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("nox", ["pytest", "ruff check src tests"], id="defaults"),
        pytest.param("nox -s docs", ["sphinx-build docs out"], id="one"),
        pytest.param(
            "nox -s docs static-check", ["sphinx-build docs out", "ruff check src tests"], id="two"
        ),
        pytest.param("nox --session=docs", ["sphinx-build docs out"], id="equals"),
        pytest.param("nox -e tests-3.12", ["pytest"], id="version"),
        pytest.param("nox -s tests-3.8", ["nox -s tests-3.8"], id="unknown-version-stays"),
        pytest.param("nox -s nope", ["nox -s nope"], id="unknown-stays"),
        pytest.param("nox -s static-check -- a.py", ["ruff check a.py"], id="positional"),
        pytest.param("nox -t quick", ["pytest", "ruff check src tests"], id="tags"),
        pytest.param(
            "nox -k 'docs or static'",
            ["sphinx-build docs out", "ruff check src tests"],
            id="keywords",
        ),
        pytest.param("nox -p 3.11", ["pytest"], id="python"),
        pytest.param("nox -f noxfile.py -s docs", ["sphinx-build docs out"], id="file"),
        pytest.param("nox -l", [], id="list-starts-nothing"),
        pytest.param("python -m nox -s docs", ["sphinx-build docs out"], id="module"),
        pytest.param("pipx run nox -s docs", ["sphinx-build docs out"], id="pipx"),
    ],
)
def test_a_command_chooses_its_sessions(line: str, expected: list[str]) -> None:
    assert nox(line, THREE) == expected


def test_the_options_of_the_file_choose_where_the_command_does_not() -> None:
    assert nox("nox", THREE + 'nox.options.sessions = ["docs"]\n') == ["sphinx-build docs out"]
    assert nox("nox -s lint", THREE + "nox.options.sessions = [docs]\n") == ["nox -s lint"]


def test_nox_without_a_noxfile_stays_as_it_is() -> None:
    assert leaves("nox -s tests", {}) == ["nox -s tests"]


def body(text: str) -> str:
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    return HEAD + "ARGS = ['-q', '-x']\n@new\ndef s(session):\n" + lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("session.run('p', *ARGS)", ["p -q -x"], id="constant"),
        pytest.param(
            "session.run('p', f'--cov={1+1}', external=True)", ["p --cov=2"], id="f-string"
        ),
        pytest.param("session.run('p', f'{x}')", ["p ⟦x⟧"], id="unknown-part"),
        pytest.param(
            "session.run('p', success_codes=[0, 1])",
            ["p | masked by success_codes=[0, 1]"],
            id="codes",
        ),
        pytest.param("session.run('p', success_codes=[0])", ["p"], id="zero-only"),
        pytest.param("session.run_always('p')\nsession.run_install('q')", ["p", "q"], id="always"),
        pytest.param("for a in ['x', 'y']:\n    session.run('p', a)", ["p x", "p y"], id="loop"),
        pytest.param(
            "if session.posargs:\n    session.run('p')\nelse:\n    session.run('q')",
            ["q"],
            id="decided",
        ),
        pytest.param(
            "with session.chdir('docs'):\n    session.run('p')\nsession.run('q')",
            ["docs: p", "q"],
            id="folder",
        ),
        pytest.param(
            "session.chdir('docs')\nsession.run('p')", ["docs: p"], id="folder-to-the-end"
        ),
        pytest.param(
            "cmd = ['p']\ncmd += ['-x']\ncmd.append('y')\nsession.run(*cmd)", ["p -x y"], id="list"
        ),
        pytest.param("run = session.run\nrun('p')", ["p"], id="alias"),
        pytest.param("session.run('python', '-m', 'pytest')", ["pytest"], id="module"),
        pytest.param("session.run('bash', '-c', 'p && q')", ["p", "q"], id="shell"),
        pytest.param("session.run('p')\nreturn\nsession.run('q')", ["p"], id="return"),
        pytest.param("session.skip('no')\nsession.run('q')", [], id="skip"),
        pytest.param(
            "try:\n    session.run('p')\nexcept Exception:\n    pass",
            ["p | masked by except Exception"],
            id="swallowed",
        ),
        pytest.param(
            "try:\n    session.run('p')\nexcept Exception:\n    raise",
            ["p"],
            id="raised-again",
        ),
        pytest.param(
            "try:\n    session.run('p')\nfinally:\n    session.run('q')", ["p", "q"], id="finally"
        ),
        pytest.param("helper(session, 'x')", ["p x"], id="helper"),
        pytest.param("session.notify('other')", ["o"], id="notify"),
        pytest.param(
            "args = session.posargs if session.posargs else ['a']\nsession.run('p', *args)",
            ["p a"],
            id="choice",
        ),
        pytest.param("session.run(*'p -x'.split())", ["p -x"], id="split"),
        pytest.param("session.run('p', ' '.join(['a', 'b']))", ["p a b"], id="join"),
        pytest.param(
            "[session.run('p', x) for x in ('a', 'b')]", ["p a", "p b"], id="comprehension"
        ),
    ],
)
def test_a_session_is_followed_without_being_run(text: str, expected: list[str]) -> None:
    more = "\ndef helper(session, arg):\n    session.run('p', arg)\n\n@new(default=False)\ndef other(session):\n    session.run('o')\n"
    assert nox("nox", body(text) + more) == expected


def test_a_branch_that_nobody_can_decide_is_kept_with_its_condition() -> None:
    text = body("if os.path.exists('x'):\n    session.run('p')\nelse:\n    session.run('q')")
    found = reached("nox", {"noxfile.py": text})
    assert [(leaf.text, leaf.when) for leaf in found] == [
        ("p", "`os.path.exists('x')` is true"),
        ("q", "`os.path.exists('x')` is false"),
    ]


def test_variables_of_a_session_reach_the_program() -> None:
    text = body("session.run('p', env={'A': '1'})")
    (leaf,) = reached("nox", {"noxfile.py": text})
    assert dict(leaf.env) == {"A": "1"}


def test_parameters_make_a_session_each() -> None:
    text = (
        HEAD
        + "@nox.session\n@nox.parametrize('d', ['1', '2'])\ndef t(session, d):\n    session.run('p', d)\n"
    )
    assert nox("nox", text) == ["p 1", "p 2"]
    assert nox("nox -s \"t(d='2')\"", text) == ["p 2"]
    assert [name for name, _ in sessions_of(text)] == ["t(d='1')", "t(d='2')"]


def test_a_noxfile_that_is_run_as_a_script_runs_its_sessions() -> None:
    text = THREE + 'if __name__ == "__main__":\n    nox.main()\n'
    found = reached("uv run noxfile.py", {"noxfile.py": text})
    assert [leaf.text for leaf in found] == ["pytest", "ruff check src tests"]
    assert found[0].via == ("uv run noxfile.py", "python noxfile.py", "nox")


def test_sessions_that_notify_each_other_end() -> None:
    text = HEAD + (
        "@new\ndef a(session):\n    session.run('p')\n    session.notify('b')\n"
        "@new\ndef b(session):\n    session.run('q')\n    session.notify('a')\n"
    )
    assert nox("nox", text) == ["p", "q"]
