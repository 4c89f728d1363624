"""The part of GitHub's GraphQL API that the grader asks."""

from checker.campus.forge.graph.answer import Graph

__all__ = ["Graph"]
