"""What takes the place of an action that the campus does not know."""

from __future__ import annotations

import os
import sys

from checker.campus.actions.said import fail

if __name__ == "__main__":
    known = os.environ.get("CAMPUS_KNOWN_ACTIONS", "").split()
    name = os.environ.get("CAMPUS_ACTION", "")
    fail(
        f"the campus has no stand-in for `{name}`; write what it does as a `run:` step, or use one"
        f" of: {', '.join(known)}"
    )
    sys.exit(1)
