"""A small GitHub on loopback: git over HTTP, the part of its API that is used here, and pages.

Its API begins at `/api/v3` and GraphQL is at `/api/graphql`, as on a GitHub Enterprise server; git and pages are at
`/owner/repo`.
"""

from checker.campus.forge.part import Forge

__all__ = ["Forge"]
