"""What `tox` starts: the commands of its environments, from tox.ini, setup.cfg, pyproject.toml or tox.toml."""

from checker.actions.recipes.tox.run import of_tox

__all__ = ["of_tox"]
