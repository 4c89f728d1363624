"""Grade the reference homework and its faulty variants with the real command: make demo."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

from solutions.variants import Variant, variants, write_reference

REFERENCE = "homework"
SHOWN = 3
"""How many unmet criteria of a variant are printed in full."""


def checker(folder: Path, *arguments: str, quietly: bool = False) -> str:
    """Print `$ checker …` and run it in the folder; quietly: return its output, else show it."""
    program = shutil.which("checker", path=str(Path(sys.executable).parent)) or "checker"
    print(f"$ checker {' '.join(arguments)}", flush=True)
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE if quietly else None,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in {0, 1, 3}:
        sys.exit(f"checker ended with status {done.returncode}")
    return done.stdout or ""


def grade(folder: Path, variant: Variant) -> tuple[str, ...]:
    """Grade a variant that lies in the folder, print what it misses, and return those ids."""
    judged = json.loads(checker(folder, "grade", variant.name, "--format", "json", quietly=True))
    criteria = [line for item in judged["items"] for line in item["criteria"]]
    unmet = [line for line in criteria if line["outcome"] == "not met"]
    for notice in judged["notices"]:
        say(notice["text"], "  ")
    for advice in dict.fromkeys(notice["advice"] for notice in judged["notices"]):
        say(advice, "  ")
    for line in unmet[:SHOWN]:
        show(line)
    if more := [line["id"] for line in unmet[SHOWN:]]:
        say(f"and {len(more)} more for the same reason: {', '.join(more)}", "  ")
    return tuple(line["id"] for line in unmet)


def show(line: dict[str, Any]) -> None:
    """Print one unmet criterion: what is asked, why it is not met, and where that stands."""
    say(f"{line['id']:<5} {line['statement']}", "  ")
    say(f"not met: {line['reason']}", "        ")
    for seen in line["seen"][:2]:
        print(f"        {seen['file']}:{seen['line']}  {seen['text'].strip().splitlines()[0]}")


def say(text: str, indent: str = "") -> None:
    """Print a paragraph in lines of at most 80 characters; words, so commands, stay whole."""
    filled = textwrap.fill(
        text,
        80,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    print(filled)


def main() -> None:
    """Grade everything, say how each variant differs, and explain what a pushed tag would do."""
    faulty = variants()
    steps = len(faulty) + 2
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_reference(folder / REFERENCE)
        print(f"[1/{steps}] the reference homework")
        checker(folder, "grade", REFERENCE)
        print()
        for number, variant in enumerate(faulty, start=2):
            variant.write(folder)
            print(f"[{number}/{steps}] {variant.name}: {variant.title}")
            say(variant.wrong)
            found = grade(folder, variant)
            print()
            if found != variant.unmet:
                sys.exit(f"expected {', '.join(variant.unmet)} and nothing else")
        print(f"[{steps}/{steps}] what a pushed tag would do")
        checker(folder, "explain", REFERENCE, "--event", "tag")
        print()
        checker(folder, "explain", "image_every_branch", "--event", "tag")


if __name__ == "__main__":
    main()
