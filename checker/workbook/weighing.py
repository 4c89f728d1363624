"""What `read_weights` of lesson 02 gives for 200 tables: how its results are compared before and after tidying."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from checker.workbook.programs import run

INPUTS = 200
SECONDS = 30
_ON_INPUTS = """
import contextlib, importlib.util, json, sys
source, inputs, target = sys.argv[1:]
results = []
with contextlib.redirect_stdout(sys.stderr):
    spec = importlib.util.spec_from_file_location("weights", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for text, unit in json.load(open(inputs, encoding="utf-8")):
        try:
            result = repr(module.read_weights(text, unit))
        except Exception as error:
            result = type(error).__name__
        results.append(result[:1000])
json.dump(results, open(target, "w", encoding="utf-8"))
"""


def tables() -> Iterator[tuple[str, str]]:
    """Give tables and units: 200 inputs, with all that scales write; always the same."""
    dice = random.Random(2)  # noqa: S311 - the same tables each time
    cells = ["12.5", "3", "0.75", "1e3", "", "many", "-1", " 8 ", "nan", "7,5"]
    for number in range(INPUTS):
        lines = [
            ",".join([f"b{line}", *dice.choices(cells, k=dice.choice([0, 1, 1, 1, 2]))])
            for line in range(number % 7)
        ]
        head = [] if number % 25 == 24 else ["berry,weight"]
        ends = dice.choice(["", "\n", "\n\n"])
        unit = "lb" if number % 20 == 19 else dice.choice(["g", "kg"])
        yield "\n".join(head + lines) + ends, unit


def results(source: Path, inputs: Sequence[tuple[str, str]]) -> list[str] | str:
    """Return what a file's function gives for each input; a sentence when it cannot be loaded or does not end."""
    with tempfile.TemporaryDirectory(prefix="workbook-") as made:
        asked, answered = Path(made) / "inputs.json", Path(made) / "results.json"
        asked.write_text(json.dumps(inputs), encoding="utf-8")
        words = ["python", "-I", "-c", _ON_INPUTS, str(source), str(asked), str(answered)]
        ran = run(words, Path(made), seconds=SECONDS)
        if ran.timed_out:
            return f"no end within {SECONDS} s"
        if ran.status or not answered.is_file():
            return ran.text.strip().rpartition("\n")[2]
        return list(map(str, json.loads(answered.read_text(encoding="utf-8"))))
