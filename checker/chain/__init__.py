"""The chain of evidence, level by level: what a repository would do, what it did, what came out.

For a folder only the first level can be seen; the other two are `Unavailable`, and the criteria that
need them are unknown. Importing the package registers all that it provides.
"""

from checker.chain.artefacts import Artefact, Awaited, Listing
from checker.chain.choosing import Chosen
from checker.chain.executions import Execution, Executions, Reading, Unseen
from checker.chain.history import Further
from checker.chain.indexes import LibraryNames, Shelf
from checker.chain.library import Library
from checker.chain.pushed import Pushed
from checker.chain.references import Reference
from checker.chain.registry import Hub, ImageNames
from checker.chain.runs import HandedIn, KnownRuns, Records
from checker.chain.sources import Earlier, Quoted, Source
from checker.chain.times import Moments
from checker.chain.tracked import Artefacts, Left, Tracked

__all__ = [
    "Artefact",
    "Artefacts",
    "Awaited",
    "Chosen",
    "Earlier",
    "Execution",
    "Executions",
    "Further",
    "HandedIn",
    "Hub",
    "ImageNames",
    "KnownRuns",
    "Left",
    "Library",
    "LibraryNames",
    "Listing",
    "Moments",
    "Pushed",
    "Quoted",
    "Reading",
    "Records",
    "Reference",
    "Shelf",
    "Source",
    "Tracked",
    "Unseen",
]
