"""The command `campfire TRAIN.csv NEW.csv`: learn from one table, name the classes of another."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from campfire import NearestCentroid, __version__, read


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the predicted class of each row of the second table, then the share that was right."""
    parser = argparse.ArgumentParser(prog="campfire", description=__doc__)
    parser.add_argument("train", type=Path, help="table to learn from")
    parser.add_argument("new", type=Path, help="table to predict")
    parser.add_argument("--version", action="version", version=__version__)
    given = parser.parse_args(arguments)
    try:
        known, new = read(given.train), read(given.new)
        classifier = NearestCentroid().fit(known.rows, known.labels)
        print(*classifier.predict(new.rows), sep="\n")
        print(f"accuracy {classifier.score(new.rows, new.labels):.0%}")
    except (OSError, ValueError) as error:
        parser.error(str(error))
