"""Grade the reference homework and its faulty variants with the real command: make demo."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from solutions.variants import variants, write_reference

REFERENCE = "homework"


def checker(folder: Path, *arguments: str) -> str:
    """Print `$ checker …`, run it in the folder, and return what it printed."""
    program = shutil.which("checker", path=str(Path(sys.executable).parent)) or "checker"
    print(f"$ checker {' '.join(arguments)}", flush=True)
    environment = {**os.environ, "PYTHONUTF8": "1"}
    if sys.stdout.isatty():
        environment["FORCE_COLOR"] = "1"
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in {0, 1, 3}:
        sys.exit(done.stderr)
    return done.stdout


def unmet(folder: Path, name: str) -> dict[str, dict[str, Any]]:
    """Grade what lies in `folder/name`; return the criteria that are not met by their ids."""
    grade = json.loads(checker(folder, "grade", name, "--format", "json"))
    criteria = [line for item in grade["items"] for line in item["criteria"]]
    return {line["id"]: line for line in criteria if line["outcome"] == "not met"}


def show(line: dict[str, Any]) -> None:
    """Print one unmet criterion: what is asked, why it is not met, and where that stands."""
    print(f"  {line['id']:<5} {line['statement']}")
    print(f"        not met: {line['reason']}")
    for seen in line["seen"][:2]:
        print(f"        {seen['file']}:{seen['line']}  {seen['text'].strip().splitlines()[0]}")


def main() -> None:
    """Grade everything, say how each variant differs, and explain what a pushed tag would do."""
    faulty = variants()
    steps = len(faulty) + 2
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_reference(folder / REFERENCE)
        print(f"[1/{steps}] the reference homework")
        print(checker(folder, "grade", REFERENCE))
        for number, variant in enumerate(faulty, start=2):
            variant.write(folder)
            print(f"[{number}/{steps}] {variant.name}: {variant.title}\n{variant.wrong.strip()}")
            found = unmet(folder, variant.name)
            for line in found.values():
                show(line)
            print()
            if tuple(found) != variant.unmet:
                sys.exit(f"expected {', '.join(variant.unmet)} and nothing else")
        print(f"[{steps}/{steps}] what a pushed tag would do")
        print(checker(folder, "explain", REFERENCE, "--event", "tag"))
        print(checker(folder, "explain", "image_every_branch", "--event", "tag"))


if __name__ == "__main__":
    main()
