"""What keeps a cell from going on, told in one line instead of a traceback."""

from __future__ import annotations


class WorkbookError(Exception):
    """Something a student can mend: an old notebook, a misspelt exercise, a campus that does not start."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows in place of a traceback."""
        return [str(self)]
