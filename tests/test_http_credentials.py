"""Tokens: where they are found, for which address, and that they do not show."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from checker.http import Addresses
from checker.http.asking import REDIRECTS, Patience
from checker.http.cache import BOUND
from checker.http.credentials import Token, token
from checker.http.page import LARGEST

SECRET = "github_pat_Planted0Secret"
ELSEWHERE = "https://github.example.edu/api/v3"

TABLE = {
    "nothing is set": ({}, "", ""),
    "GITHUB_TOKEN": ({"GITHUB_TOKEN": SECRET}, SECRET, "GITHUB_TOKEN"),
    "GH_TOKEN": ({"GH_TOKEN": SECRET}, SECRET, "GH_TOKEN"),
    "GITHUB_TOKEN before GH_TOKEN": ({"GH_TOKEN": "other", "GITHUB_TOKEN": SECRET}, SECRET, "GITHUB_TOKEN"),
    "an empty one is none": ({"GITHUB_TOKEN": "", "GH_TOKEN": SECRET}, SECRET, "GH_TOKEN"),
    "blanks around it": ({"GITHUB_TOKEN": f" {SECRET}\n"}, SECRET, "GITHUB_TOKEN"),
    "the public address, set": ({"CHECKER_GITHUB_URL": "https://api.github.com", "GITHUB_TOKEN": SECRET}, SECRET, "GITHUB_TOKEN"),
    "another address": ({"CHECKER_GITHUB_URL": ELSEWHERE, "CHECKER_GITHUB_TOKEN": SECRET}, SECRET, "CHECKER_GITHUB_TOKEN"),
    "another address and github.com's token": ({"CHECKER_GITHUB_URL": ELSEWHERE, "GITHUB_TOKEN": SECRET, "GH_TOKEN": SECRET}, "", ""),
    "github.com and another address's token": ({"CHECKER_GITHUB_TOKEN": SECRET}, "", ""),
    "a runner of that address": (
        {"CHECKER_GITHUB_URL": ELSEWHERE, "GITHUB_API_URL": ELSEWHERE, "GITHUB_TOKEN": SECRET}, SECRET, "GITHUB_TOKEN",
    ),
    "a runner of another address": ({"GITHUB_API_URL": ELSEWHERE, "GITHUB_TOKEN": SECRET}, "", ""),
    "a runner of github.com": ({"GITHUB_API_URL": "https://api.github.com", "GITHUB_TOKEN": SECRET}, SECRET, "GITHUB_TOKEN"),
    "a host that looks alike": ({"CHECKER_GITHUB_URL": "https://api.github.com.example", "GITHUB_TOKEN": SECRET}, "", ""),
    "the host, without TLS": ({"CHECKER_GITHUB_URL": "http://api.github.com", "GITHUB_TOKEN": SECRET}, "", ""),
    "the host, another port": ({"CHECKER_GITHUB_URL": "https://api.github.com:8443", "GITHUB_TOKEN": SECRET}, "", ""),
    "the host, in capitals, its port said": (
        {"CHECKER_GITHUB_URL": "https://API.GitHub.com:443", "GITHUB_TOKEN": SECRET}, SECRET, "GITHUB_TOKEN",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("environment", "value", "source"), TABLE.values(), ids=TABLE)
def test_a_token_goes_to_the_address_it_belongs_to(environment, value, source):
    found = token(environment)
    assert (found.value, found.source, bool(found)) == (value, source, bool(value))


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "GH_TOKEN"])
@pytest.mark.parametrize(
    "value", [f"{SECRET}\nX: y", f"{SECRET} {SECRET}", f"{SECRET}é", "x" * 1001]
)
def test_what_is_no_token_is_refused_and_not_shown(name, value):
    with pytest.raises(ValueError, match=f"{name} holds something that is no token") as error:
        token({name: value})
    assert value[:20] not in str(error.value)


def test_a_token_never_shows_its_value():
    found = Token(SECRET, "GITHUB_TOKEN")
    for text in (repr(found), str(found), f"{found}", repr([found]), f"{found!s:>50}"):
        assert SECRET not in text
        assert "GITHUB_TOKEN" in text


posix = pytest.mark.skipif(os.name == "nt", reason="a script is a program on POSIX systems")


def installed(folder: Path, script: str) -> dict[str, str]:
    """Write a program `gh` and return an environment that finds it."""
    file = folder / "gh"
    file.write_text(f"#!{sys.executable}\n{script}", encoding="utf-8")
    file.chmod(0o755)
    return {"PATH": str(folder)}


@posix
def test_whoever_is_logged_in_with_gh_needs_to_set_nothing(tmp_path):
    script = f"import sys; print({SECRET!r} if sys.argv[1:] == ['auth', 'token', '--hostname', 'github.com'] else '')"
    found = token(installed(tmp_path, script))
    assert (found.value, found.source) == (SECRET, "gh auth token")


@posix
def test_gh_is_not_asked_when_a_token_is_set(tmp_path):
    environment = installed(tmp_path, f"open({str(tmp_path / 'asked')!r}, 'w')")
    assert token({**environment, "GITHUB_TOKEN": SECRET}).source == "GITHUB_TOKEN"
    assert not (tmp_path / "asked").exists()


@posix
def test_gh_is_not_asked_for_another_address(tmp_path):
    environment = installed(tmp_path, f"open({str(tmp_path / 'asked')!r}, 'w')")
    assert not token({**environment, "CHECKER_GITHUB_URL": ELSEWHERE})
    assert not (tmp_path / "asked").exists()


GH_FAILS = {
    "nobody is logged in": "import sys; print('no oauth token', file=sys.stderr); sys.exit(1)",
    "it fails and prints": f"import sys; print({SECRET!r}); sys.exit(1)",
    "it prints nothing": "",
    "it prints a sentence": "print('You are not logged in')",
    "it prints bytes": "import sys; sys.stdout.buffer.write(bytes(range(256)))",
    "it crashes": "import os; os.abort()",
}


@posix
@pytest.mark.parametrize("script", GH_FAILS.values(), ids=GH_FAILS)
def test_a_gh_that_gives_no_token_is_none(tmp_path, script, capfd):
    assert not token(installed(tmp_path, script))
    assert capfd.readouterr() == ("", "")


@posix
def test_a_gh_that_cannot_be_started_is_none(tmp_path):
    environment = installed(tmp_path, "")
    (tmp_path / "gh").write_bytes(b"\x7fELF nonsense")
    assert not token(environment)


@posix
def test_a_gh_that_hangs_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("checker.http.credentials.GH_SECONDS", 0.2)
    assert not token(
        installed(tmp_path, "import sys; sys.stdin.read(); import time; time.sleep(60)")
    )


@posix
@pytest.mark.parametrize("path", [".", "", "bin"])
def test_a_gh_of_the_folder_that_is_graded_is_not_started(tmp_path, monkeypatch, path):
    folder = tmp_path / path
    folder.mkdir(exist_ok=True)
    installed(folder, f"open({str(tmp_path / 'started')!r}, 'w'); print({SECRET!r})")
    monkeypatch.chdir(tmp_path)
    assert not token({"PATH": path})
    assert not (tmp_path / "started").exists()


def test_the_documentation_names_every_setting():
    text = (Path(__file__).parent.parent / "docs" / "services.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(CHECKER_[A-Z0-9_]+)`", text))
    addresses = {f"CHECKER_{one.name.upper()}_URL" for one in fields(Addresses)}
    assert named == addresses | {"CHECKER_GITHUB_TOKEN", "CHECKER_CACHE"}


def test_the_documentation_tells_the_bounds():
    text = (Path(__file__).parent.parent / "docs" / "services.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| (.+) \| (.+) \|$", text.split("## Bounds")[1], re.MULTILINE))
    patience = Patience()
    assert table["a connection"] == f"{patience.connect:.0f} s"
    assert table["the next bytes of an answer"] == f"{patience.idle:.0f} s"
    assert table["a question, with its redirects, repeats and waits"] == f"{patience.whole:.0f} s"
    assert table["tries"].startswith(f"{patience.tries};")
    assert table["waits between tries"].startswith(f"{patience.waits:.0f} s")
    assert table["an answer, unpacked"].startswith(f"{LARGEST // 1_000_000} MB")
    assert table["redirects"].startswith(f"{REDIRECTS},")
    assert f"at most {BOUND // 1_000_000} MB" in text
