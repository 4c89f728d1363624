"""A request that the index refuses, with the one sentence its client shows."""

from __future__ import annotations

from http import HTTPStatus


class Refusal(Exception):
    """What goes back instead: a status, and a sentence that is both the reason phrase and the body.

    twine prints the reason phrase alone, uv the body alone.
    """

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        printable = (one if one.isprintable() else " " for one in sentence)
        self.sentence = "".join(printable).encode("ascii", "replace").decode()[:500]
