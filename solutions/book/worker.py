"""Run a notebook in the world that this process finds itself in: python worker.py IN OUT [--proof].

It stands alone, so that the kernel sees nothing of this folder. A cell that fails ends the run with its traceback; for
a proof the run goes on, and what the journal said is noted in each cell's metadata.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

CELL_SECONDS = 300


def main() -> int:
    """Run it; return 0, or 1 when a cell failed."""
    source, target = map(Path, sys.argv[1:3])
    is_proof = "--proof" in sys.argv[3:]
    made = nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        made,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        allow_errors=is_proof,
        resources={"metadata": {"path": str(target.parent)}},
    )
    journal = Path(os.environ["CHECKER_WORK"]) / "journal.jsonl"
    begun = time.monotonic()
    status = 0
    with client.setup_kernel():
        for number, cell in enumerate(made.cells):
            if cell.cell_type != "code":
                continue
            before = journal.stat().st_size if journal.is_file() else 0
            started = time.monotonic()
            try:
                client.execute_cell(cell, number)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                print(f"the cell {cell.id} failed:\n{cell.source}\n\n{error}", file=sys.stderr)
                status = 1
                break
            if is_proof:
                cell.metadata["journal"] = _said(journal, before)
                cell.metadata["seconds"] = round(time.monotonic() - started, 3)
    made.metadata["seconds"] = round(time.monotonic() - begun, 2)
    nbformat.write(made, target)  # type: ignore[no-untyped-call]
    return status


def _said(journal: Path, start: int) -> list[Any]:
    if not journal.is_file():
        return []
    with journal.open("rb") as file:
        file.seek(start)
        return [json.loads(line) for line in file]


if __name__ == "__main__":
    if sys.platform == "win32":
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    sys.exit(main())
