"""The libraries of a repository: what they are called, and where it is written."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from checker.services.checkout import Tree
from checker.services.naming import LibraryName, library_names
from checker.services.repository import Folder


def only(files: dict[str, str]) -> LibraryName:
    """Return the one name these files have."""
    [name] = library_names(Folder(files))
    return name


def folders(files: dict[str, str], *hints: str) -> list[str]:
    return [name.folder for name in library_names(Folder(files), hints)]


def project(name: str) -> str:
    return f'[project]\nname = "{name}"\n'


POETRY = '[tool.poetry]\nname = "poetry-hw"\nversion = "0.1.0"\n'
FLIT = '[tool.flit.metadata]\nmodule = "flit_hw"\nauthor = "x"\n'
CFG = "[metadata]\nname = cfg-hw\nversion = 0.3\n"
SETUP = 'from setuptools import setup\n\nsetup(name="setup-hw", version="0.4")\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"pyproject.toml": '[project]\nversion = "1.0"\nname = "My_HW"\n'},
            ("My_HW", "my-hw", "pyproject.toml", 3, "1.0"),
            id="project",
        ),
        pytest.param(
            {"pyproject.toml": '[project]\nname = "hw"\ndynamic = ["version"]\n'},
            ("hw", "hw", "pyproject.toml", 2, ""),
            id="a version made up at build time",
        ),
        pytest.param(
            {"pyproject.toml": POETRY},
            ("poetry-hw", "poetry-hw", "pyproject.toml", 2, "0.1.0"),
            id="poetry",
        ),
        pytest.param(
            {"pyproject.toml": FLIT},
            ("flit_hw", "flit-hw", "pyproject.toml", 2, ""),
            id="flit's module",
        ),
        pytest.param(
            {"pyproject.toml": FLIT + 'dist-name = "flit-dist"\n'},
            ("flit-dist", "flit-dist", "pyproject.toml", 4, ""),
            id="flit's name",
        ),
        pytest.param(
            {"setup.cfg": CFG}, ("cfg-hw", "cfg-hw", "setup.cfg", 2, "0.3"), id="setup.cfg"
        ),
        pytest.param(
            {"setup.cfg": "[metadata]\nversion = attr: hw.__version__\nname: hw\n"},
            ("hw", "hw", "setup.cfg", 3, ""),
            id="setup.cfg with an attribute's version",
        ),
        pytest.param(
            {"setup.py": SETUP}, ("setup-hw", "setup-hw", "setup.py", 3, "0.4"), id="setup.py"
        ),
        pytest.param(
            {"pyproject.toml": 'project.name = "hw"\nproject.version = "2"\n'},
            ("hw", "hw", "pyproject.toml", 1, "2"),
            id="dotted keys",
        ),
        pytest.param(
            {"pyproject.toml": '[tool.x]\nname = "no"\n[project]\n"name" = "hw"\n'},
            ("hw", "hw", "pyproject.toml", 4, ""),
            id="a name of another table before it",
        ),
        pytest.param(
            {"pyproject.toml": '\ufeff[project]\r\nname = "hw"\r\n'},
            ("hw", "hw", "pyproject.toml", 2, ""),
            id="Windows' marks and line ends",
        ),
    ],
)
def test_a_name_is_read_with_its_line_and_version(
    files: dict[str, str], expected: tuple[str, str, str, int, str]
) -> None:
    found = only(files)
    assert (found.name, found.normal, found.file, found.line, found.version) == expected


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"pyproject.toml": project("hw") + POETRY, "setup.cfg": CFG, "setup.py": SETUP}, "hw"),
        ({"pyproject.toml": POETRY, "setup.cfg": CFG, "setup.py": SETUP}, "poetry-hw"),
        ({"pyproject.toml": "[tool.ruff]\n", "setup.cfg": CFG, "setup.py": SETUP}, "setup-hw"),
        ({"setup.cfg": CFG, "setup.py": "from setuptools import setup\nsetup()\n"}, "cfg-hw"),
        ({"setup.cfg": "[flake8]\nname = no\n", "setup.py": SETUP}, "setup-hw"),
        ({"pyproject.toml": "[project\n", "setup.py": SETUP}, "setup-hw"),
    ],
)
def test_the_file_counts_that_a_build_would_take(files: dict[str, str], name: str) -> None:
    assert only(files).name == name


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        pytest.param('NAME = "hw"\nsetup(name=NAME, version=V)', "hw", "", id="a constant"),
        pytest.param('setuptools.setup(name="hw")', "hw", "", id="an attribute"),
        pytest.param('setup(**dict(name="hw", version="1"))', "hw", "1", id="dict()"),
        pytest.param('S = {"name": "hw"}\nsetup(**S)', "hw", "", id="a dict's name"),
        pytest.param('if True:\n  setup(\n    name="hw"\n  )', "hw", "", id="in a condition"),
        pytest.param('setup(name=f"hw{x}")', "", "", id="a text made up"),
        pytest.param('N = "a"\nN = "b"\nsetup(name=N)', "", "", id="a name set twice"),
        pytest.param('N = "a"\nN += "b"\nsetup(name=N)', "", "", id="a name added to"),
        pytest.param('for N in "ab":\n  setup(name=N)', "", "", id="a name of a loop"),
        pytest.param('setup(name=open("name").read())', "", "", id="a file"),
        pytest.param("N = N\nsetup(name=N)", "", "", id="a name for itself"),
        pytest.param('configure(name="hw")', "", "", id="another function"),
        pytest.param("setup()", "", "", id="nothing"),
        pytest.param("print 'python 2'\nsetup(name='hw')", "", "", id="no Python 3"),
        pytest.param('# setup(name="hw")\n"""setup(name="hw")"""', "", "", id="comments"),
    ],
)
def test_of_setup_py_literals_are_read_and_nothing_is_run(
    text: str, name: str, version: str
) -> None:
    names = library_names(Folder({"setup.py": f"from setuptools import setup\n{text}\n"}))
    assert [(one.name, one.version) for one in names] == ([(name, version)] if name else [])


def test_a_name_that_setup_py_makes_up_is_not_the_one_of_setup_cfg() -> None:
    files = {"setup.cfg": CFG, "setup.py": "setup(name=made_up())\n"}
    assert library_names(Folder(files)) == ()


def test_the_root_comes_first_then_folders_by_depth_and_examples_last() -> None:
    paths = ["examples/a", "b/c", "z", "", "tests/data/x", "a"]
    files = {f"{path}/pyproject.toml".lstrip("/"): project("hw") for path in paths}
    assert folders(files) == ["", "a", "z", "b/c", "examples/a", "tests/data/x"]


@pytest.mark.parametrize(
    ("hints", "first"),
    [
        pytest.param(["hw2"], "hw2", id="a folder"),
        pytest.param(["./hw2/"], "hw2", id="a folder, dotted"),
        pytest.param(["hw2/dist"], "hw2", id="where its files are built"),
        pytest.param(["hw2/pyproject.toml"], "hw2", id="a file of it"),
        pytest.param(["dist"], "", id="the root's own"),
        pytest.param(["."], "", id="the root"),
        pytest.param(["nowhere/dist", "hw2"], "", id="a folder that is not there"),
        pytest.param(["../hw2", "/hw2", "hw2\0", ""], "", id="paths out of it"),
        pytest.param(["⟦inputs.folder⟧"], "", id="an unknown part"),
        pytest.param(["hw3", "hw2"], "hw3", id="two"),
    ],
)
def test_what_the_workflows_build_comes_first(hints: list[str], first: str) -> None:
    files = {f"{path}pyproject.toml": project("hw") for path in ("", "hw2/", "hw3/")}
    found = folders(files, *hints)
    assert found[0] == first
    assert sorted(found) == ["", "hw2", "hw3"]


@pytest.mark.parametrize("folder", ["venv/lib", "node_modules/x", ".tox/py", "a/site-packages/b"])
def test_other_peoples_libraries_are_passed_over(folder: str) -> None:
    assert folders({f"{folder}/setup.py": SETUP}) == []


def test_a_name_that_no_index_takes_is_told_and_has_no_normal_form() -> None:
    for name in ("my lib", "-hw", "дз", "{{ cookiecutter.name }}", "h" * 101, "hw\\u001b[31m"):
        assert only({"pyproject.toml": project(name)}).normal == ""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("[project]\nname = 5\n", id="a number"),
        pytest.param('[project]\nname = ["hw"]\n', id="a list"),
        pytest.param('project = "hw"\n', id="a text for a table"),
        pytest.param('[[project]]\nname = "hw"\n', id="a list of tables"),
        pytest.param('[tool]\npoetry = "x"\n', id="a text for poetry's table"),
        pytest.param('[project]\nname = ""\n', id="an empty name"),
        pytest.param('[project]\nname = "a"\nname = "b"\n', id="two names"),
        pytest.param("x = " + "[" * 100_000, id="deep"),
        pytest.param(".".join("a" * 100_000) + " = 1\n", id="dots"),
        pytest.param('[project]\nname = "hw"\n' + "# x\n" * 300_000, id="long"),
        pytest.param("\x00\x01\x02", id="no text"),
    ],
)
def test_a_pyproject_of_another_shape_names_nothing(text: str) -> None:
    assert library_names(Folder({"pyproject.toml": text})) == ()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("setup.cfg", "[metadata\nname = hw"),
        ("setup.cfg", "name = hw\n"),
        ("setup.cfg", "[metadata]\nname\n"),
        ("setup.py", "setup(name=" + "(" * 100_000),
        ("setup.py", "-" * 200_000 + "1"),
        ("setup.py", "setup(**x)\0"),
        ("setup.py", "\ufeff" * 10),
        ("setup.py", "x = 1\n" * 100_000 + 'setup(name="hw")'),
    ],
)
def test_hostile_files_of_setuptools_name_nothing(file: str, text: str) -> None:
    assert library_names(Folder({file: text})) == ()


def test_a_long_name_is_cut() -> None:
    found = only({"setup.cfg": f"[metadata]\nname = {'h' * 5_000}\nversion = {'1' * 5_000}\n"})
    assert (len(found.name), len(found.version), found.normal) == (200, 200, "")


def test_of_many_folders_those_near_the_root_are_looked_into() -> None:
    files = {f"f{number:05}/pyproject.toml": project("hw") for number in range(20_000)}
    assert len(folders(files)) == 30
    assert "f19999" not in folders(files)
    assert folders(files, "f19999")[0] == "f19999"


def test_a_link_out_of_the_folder_names_nothing(tmp_path: Path) -> None:
    (tmp_path / "outside.toml").write_text(project("secret"))
    (tmp_path / "homework").mkdir()
    (tmp_path / "homework" / "pyproject.toml").symlink_to(tmp_path / "outside.toml")
    assert library_names(Tree(tmp_path / "homework")) == ()


_HATCH = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
_POETRY = '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
_FLIT = '[build-system]\nrequires = ["flit-core<4"]\nbuild-backend = "flit_core.buildapi"\n'
_SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
_MODULE = {"hw/__init__.py": '"""Homework."""\n\n__version__ = "1.0"\n'}


@pytest.mark.slow
@pytest.mark.oracle
@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {
                "pyproject.toml": f'{_HATCH}[project]\nname = "Hatch_HW.x"\nversion = "1.0"\n'
                '[tool.hatch.build.targets.wheel]\npackages = ["hw"]\n'
            },
            id="hatchling",
        ),
        pytest.param(
            {
                "pyproject.toml": f'{_SETUPTOOLS}[project]\nname = "Project.HW"\nversion = "1.0"\n',
                "setup.cfg": CFG,
                "setup.py": SETUP,
            },
            id="setuptools with all three files",
        ),
        pytest.param(
            {"pyproject.toml": _SETUPTOOLS, "setup.cfg": CFG, "setup.py": SETUP},
            id="setuptools with the older two",
        ),
        pytest.param({"setup.py": SETUP}, id="setup.py alone"),
        pytest.param(
            {
                "pyproject.toml": f'{_POETRY}[tool.poetry]\nname = "Poetry_HW"\nversion = "1.0"\n'
                'description = ""\nauthors = []\npackages = [{ include = "hw" }]\n'
            },
            id="poetry",
        ),
        pytest.param(
            {
                "pyproject.toml": f'{_FLIT}[tool.flit.metadata]\nmodule = "hw"\nauthor = "x"\n'
                'dist-name = "flit-hw"\n'
            },
            id="flit",
        ),
    ],
)
def test_the_name_is_the_one_that_the_build_gives(tmp_path: Path, files: dict[str, str]) -> None:
    for path, text in {**files, **_MODULE}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    done = subprocess.run(
        ["uv", "build", "--quiet", "--wheel", "--python", sys.executable, str(tmp_path)],
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
        env={**os.environ, "UV_SYSTEM_CERTS": "1"},
    )
    if done.returncode and "CI" not in os.environ:
        pytest.skip(f"no index to build from: {done.stderr[-300:]}")
    assert done.returncode == 0, done.stderr
    [wheel] = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        [path] = [one for one in archive.namelist() if one.endswith(".dist-info/METADATA")]
        lines = archive.read(path).decode().splitlines()
    [built] = [line.removeprefix("Name: ") for line in lines if line.startswith("Name: ")]
    assert only(files).name == built
