"""Scripts in the other shells GitHub knows: PowerShell, cmd and Python."""

from __future__ import annotations

import pytest

from checker.actions.shell import read

PWSH = "pwsh goes on after a failing program"
CMD = "cmd goes on after a failing program"


def masks(text: str, shell: str) -> list[tuple[str, str]]:
    return [(command.text, command.masked) for command in read(text, shell=shell).commands]


POWERSHELL = {
    "only the last one counts": ("lint a\nunit b", [("lint a", PWSH), ("unit b", "")]),
    "semicolons": ("lint a; unit b", [("lint a", PWSH), ("unit b", "")]),
    "continued": ("unit `\n  -q `\n  x", [("unit -q x", "")]),
    "checked": (
        "lint a\nif ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }\nunit b",
        [("lint a", ""), ("unit b", "")],
    ),
    "checked by throwing": (
        "lint a\nif (-not $?) { throw 'bad' }\nunit b",
        [("lint a", ""), ("unit b", "")],
    ),
    "told to stop": (
        "$PSNativeCommandUseErrorActionPreference = $true\nlint a\nunit b",
        [("lint a", ""), ("unit b", "")],
    ),
    "ending well": ("lint a\nexit 0", [("lint a", PWSH)]),
    "quoted": ("unit 'a b' \"c $env:V\" d", [("unit a b c ⟦V⟧ d", "")]),
    "called": ("& './run.exe' x", [("./run.exe x", "")]),
    "cmdlets are no programs": (
        "Get-ChildItem x\nlint a\nWrite-Host twine upload",
        [("lint a", "")],
    ),
    "comments": ("# lint a\n<# lint b\nlint c #>\nunit d", [("unit d", "")]),
    "a variable": ("$v = '1.2'\nunit $v", [("unit 1.2", "")]),
    "an assigned program": ("$out = unit -q", [("unit -q", "")]),
    "a function never called": ("function f { lint a }\nunit b", [("unit b", "")]),
}


@pytest.mark.parametrize(("text", "expected"), POWERSHELL.values(), ids=POWERSHELL.keys())
@pytest.mark.parametrize("shell", ["pwsh", "powershell", "pwsh -command \". '{0}'\""])
def test_powershell_is_read(text: str, expected: list[tuple[str, str]], shell: str) -> None:
    assert masks(text, shell) == expected


def test_powershell_conditions_are_said() -> None:
    found = read("if (Test-Path x) {\n  build a\n} else {\n  build b\n}\nunit", shell="pwsh")
    assert [(c.text, c.when) for c in found.commands] == [
        ("build a", "if (Test-Path x)"),
        ("build b", "else"),
        ("unit", ""),
    ]


def test_powershell_outputs_and_variables_are_read() -> None:
    text = (
        '"a=1" >> $env:GITHUB_OUTPUT\n'
        'echo "b=$env:GITHUB_REF_NAME" | Out-File -FilePath $env:GITHUB_OUTPUT -Append\n'
        '$env:V = "x"\n'
        'Add-Content -Path $env:GITHUB_ENV -Value "c=2"\n'
        "cd sub\n"
        "unit"
    )
    found = read(text, shell="pwsh", known={"GITHUB_REF_NAME": "v1"})
    assert found.outputs == {"a": "1", "b": "v1"}
    assert found.env == {"c": "2"}
    assert found.commands[0].env == {"V": "x"}
    assert found.commands[0].cwd == "sub"


def test_powershell_that_only_prints_shows_among_the_echoes() -> None:
    found = read('Write-Host "twine upload dist/*"', shell="pwsh")
    assert not found.commands
    assert found.echoes[0].argv == ("Write-Host", "twine upload dist/*")


BATCH = {
    "only the last one counts": ("lint a\nunit b", [("lint a", CMD), ("unit b", "")]),
    "or exit": ("lint a || exit /b 1\nunit b", [("lint a", ""), ("unit b", "")]),
    "checked": (
        "lint a\nif %errorlevel% neq 0 exit /b %errorlevel%\nunit b",
        [("lint a", ""), ("unit b", "")],
    ),
    "continued": ("unit ^\n  -q ^\n  x", [("unit -q x", "")]),
    "called": ("@echo off\ncall unit x", [("unit x", "")]),
    "comments": ("rem lint a\n:: lint b\nunit c", [("unit c", "")]),
    "variables": ("set V=1\nunit %V% %UNKNOWN%", [("unit 1 ⟦UNKNOWN⟧", "")]),
    "ended": ("lint a\nexit /b 0\nunit b", [("lint a", CMD)]),
    "redirected": ('unit "a b" > log.txt 2>&1', [("unit a b", "")]),
}


@pytest.mark.parametrize(("text", "expected"), BATCH.values(), ids=BATCH.keys())
def test_cmd_is_read(text: str, expected: list[tuple[str, str]]) -> None:
    assert masks(text, "cmd") == expected


def test_cmd_conditions_folders_and_outputs_are_read() -> None:
    text = "cd sub\nif exist x (\n  unit a\n)\necho a=x>> %GITHUB_OUTPUT%\necho twine upload"
    found = read(text, shell="cmd")
    assert [(c.text, c.cwd, c.when) for c in found.commands] == [("unit a", "sub", "if exist x")]
    assert found.outputs == {"a": "x"}
    assert [echo.text for echo in found.echoes] == ["echo twine upload"]


def test_a_digit_after_an_equals_sign_names_a_stream_in_cmd() -> None:
    text = "echo a=1>> %GITHUB_OUTPUT%\necho b=v1>> %GITHUB_OUTPUT%\necho c=2>> %GITHUB_OUTPUT%"
    assert read(text, shell="cmd").outputs == {"a": "", "b": "v1"}


PYTHON = {
    "checked": ("import subprocess\nsubprocess.run(['unit', '-q'], check=True)", [("unit -q", "")]),
    "unchecked": (
        "import subprocess\nsubprocess.run(['unit', '-q'])",
        [("unit -q", "subprocess.run without check")],
    ),
    "check_call": ("from subprocess import check_call as go\ngo(['unit'])", [("unit", "")]),
    "system": (
        "import os\nos.system('unit a && lint b')",
        [("unit a", "os.system(…)"), ("lint b", "os.system(…)")],
    ),
    "passed on": ("import os, sys\nsys.exit(os.system('unit'))", [("unit", "")]),
    "through a shell": (
        "import subprocess as s\ns.run('unit a | cat', shell=True, check=True)",
        [("unit a", "| cat (no pipefail)"), ("cat", "")],
    ),
    "a name": (
        "import subprocess\nargs = ['unit', 'a']\nsubprocess.check_call(args)",
        [("unit a", "")],
    ),
    "this Python": (
        "import subprocess, sys\nsubprocess.check_call([sys.executable, '-m', 'build'])",
        [("python -m build", "")],
    ),
    "an unknown word": (
        "import subprocess\nsubprocess.check_call(['unit', x])",
        [("unit ⟦x⟧", "")],
    ),
    "caught": (
        "import subprocess\ntry:\n  subprocess.check_call(['unit'])\nexcept Exception:\n  pass",
        [("unit", "except")],
    ),
    "a called function": (
        "import os\ndef main():\n  os.system('unit')\ndef other():\n  os.system('lint')\nmain()",
        [("unit", "os.system(…)")],
    ),
    "only printed": ("print('twine upload')", []),
}


@pytest.mark.parametrize(("text", "expected"), PYTHON.values(), ids=PYTHON.keys())
def test_python_is_read(text: str, expected: list[tuple[str, str]]) -> None:
    assert masks(text, "python") == expected


def test_python_that_is_none_is_a_problem() -> None:
    found = read("import (", shell="python")
    assert not found.commands
    assert "not readable as Python" in found.problems[0]


def test_a_python_condition_is_said() -> None:
    found = read("import os\nif x > 1:\n  os.system('unit')", shell="python")
    assert found.commands[0].when == "if x > 1"
