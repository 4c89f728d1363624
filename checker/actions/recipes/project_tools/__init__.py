"""What hatch, pdm and poe start: the scripts and tasks of pyproject.toml."""

from checker.actions.recipes.project_tools.hatch import of_hatch
from checker.actions.recipes.project_tools.pdm import of_pdm
from checker.actions.recipes.project_tools.poe import of_poe

__all__ = ["of_hatch", "of_pdm", "of_poe"]
