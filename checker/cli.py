"""The command `checker`: the only module that reads arguments and the environment, prints, exits."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from checker import __version__

if sys.argv[1:] == ["--version"]:  # asked by scripts, often: answered before anything is imported
    print(f"checker {__version__}")  # noqa: T201
    raise SystemExit(0)
