"""Bare repositories: git's own commands on them, what lies in them, and clients that fetch and push over HTTP."""

from checker.campus.forge.git.bare import NOTHING, Bare, Conflict, GitError

__all__ = ["NOTHING", "Bare", "Conflict", "GitError"]
