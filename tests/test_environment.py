"""environment.yml (conda) asks for what pyproject.toml asks for, in words conda understands."""

import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rattler import MatchSpec

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))

CONDA = tuple(entry for entry in ENVIRONMENT["dependencies"] if isinstance(entry, str))
PIP = next(entry["pip"] for entry in ENVIRONMENT["dependencies"] if isinstance(entry, dict))


def wanted_by_pyproject() -> dict[str, SpecifierSet]:
    texts = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["workbook"]
    requirements = map(Requirement, texts)
    return {canonicalize_name(one.name): one.specifier for one in requirements}


def wanted_by_conda() -> dict[str, SpecifierSet]:
    pairs = (entry.partition(" ") for entry in CONDA)
    named = {name: versions for name, _, versions in pairs}
    return {name: SpecifierSet(versions) for name, versions in named.items()}


def test_both_ask_for_the_same_versions():
    conda = wanted_by_conda()
    del conda["pip"]
    assert conda.pop("python") == SpecifierSet(PROJECT["requires-python"])
    assert conda == wanted_by_pyproject()


@pytest.mark.parametrize("spec", CONDA)
def test_conda_understands(spec):
    assert MatchSpec(spec, strict=True).name is not None


def test_the_project_itself_is_installed_from_the_checkout_with_its_campus():
    assert PIP == ["--editable .[campus,workbook]"]


def test_packages_come_from_conda_forge_alone():
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]
