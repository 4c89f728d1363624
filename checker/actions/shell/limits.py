"""How much of a script is read: the bounds that keep any text, however hostile, within a second."""

from __future__ import annotations

TEXT_LIMIT = 128 * 1024
"""Characters of a script that are read; the rest is not looked at."""
VALUE_LIMIT = 64 * 1024
"""Characters a variable or word may hold before it counts as unknown."""
NESTING_LIMIT = 40
"""Levels of syntax, substitution, function call and `bash -c` inside one another."""
ITERATION_LIMIT = 64
"""Rounds of one `for` loop."""
ALTERNATIVE_LIMIT = 512
"""Words that one brace expansion may make."""
WORD_LIMIT = 40_000
"""Words, and parts of quoted texts, of a script that are read; a statement cut short is not looked at."""
COMMAND_LIMIT = 1000
"""Programs, and likewise echoes, that one script may start."""
STEP_LIMIT = 20_000
"""Units of work: a command, a word, a test, or a stretch of characters copied or matched."""
PROBLEM_LIMIT = 20
"""Sentences of complaint about one script."""
_MATCHES_A_STEP = 24
"""Steps of a pattern along a text that take as long as one unit of work."""


class Exhausted(Exception):
    """Raised when a script asks for more work than it is given; what was found so far still counts."""


class Budget:
    """The work one script may still cause, and the sentences about what was left unread."""

    __slots__ = ("_matched", "_words", "cut", "depth", "left", "problems")

    def __init__(self) -> None:
        self.left = STEP_LIMIT
        self.depth = 0
        self._matched = 0
        self._words = 0
        self.problems: dict[str, None] = {}
        self.cut = False
        """Whether something was too much to be read."""

    def spend(self, steps: int = 1) -> None:
        """Use up some work; raise Exhausted when there is none left."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted(f"the script is read no further: it takes more than {STEP_LIMIT} steps")

    @property
    def spent(self) -> int:
        """The work done so far."""
        return STEP_LIMIT - max(self.left, 0)

    def read(self) -> None:
        """Count a word that was read; raise Exhausted when there were too many."""
        self._words += 1
        if self._words > WORD_LIMIT:
            raise Exhausted(f"only the first {WORD_LIMIT} words of the script are read")

    def match(self, steps: int) -> None:
        """Use up the work of matching a pattern, told in steps along the text."""
        units, self._matched = divmod(self._matched + steps, _MATCHES_A_STEP)
        self.spend(units)

    def complain(self, sentence: str, *, cut: bool = False) -> None:
        """Note what could not be read, once; `cut` where it was too much."""
        self.cut |= cut
        if len(self.problems) < PROBLEM_LIMIT:
            self.problems.setdefault(sentence)
