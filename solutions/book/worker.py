"""Run a notebook in the world that this process finds itself in: python worker.py IN OUT [--proof].

It stands alone, so that the kernel sees nothing of this folder. A cell that fails ends the run with its traceback; for
a proof the run goes on, and what the journal said is noted in each cell's metadata.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

CELL_SECONDS = 300


def main() -> int:
    """Run it; return 0, or 1 when a cell failed."""
    source, target = map(Path, sys.argv[1:3])
    is_proof = "--proof" in sys.argv[3:]
    made = nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]
    manager = AsyncKernelManager(
        kernel_name="python3", transport="ipc"
    )  # no port, nothing overheard
    client = NotebookClient(
        made,
        km=manager,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        allow_errors=is_proof,
        resources={"metadata": {"path": str(target.parent)}},
    )
    journal = Path(os.environ["CHECKER_WORK"]) / "journal.jsonl"
    network = Path(os.environ["BOOK_NETWORK"])
    begun = time.monotonic()
    status = 0
    with client.setup_kernel():
        for number, cell in enumerate(made.cells):
            if cell.cell_type != "code":
                continue
            before, spoken = _size(journal), _size(network)
            started = time.monotonic()
            try:
                client.execute_cell(cell, number)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                said = getattr(error, "traceback", error)
                print(f"the cell {cell.id} failed:\n{cell.source}\n\n{said}", file=sys.stderr)
                status = 1
                break
            if not is_proof and _size(network) > spoken:
                print(
                    f"the cell {cell.id} spoke with another machine:\n{cell.source}",
                    file=sys.stderr,
                )
                status = 1
                break
            if is_proof:
                cell.metadata["network"] = _added(network, spoken)
                cell.metadata["journal"] = [
                    json.loads(line) for line in _added(journal, before).splitlines()
                ]
                cell.metadata["seconds"] = round(time.monotonic() - started, 3)
    made.metadata["seconds"] = round(time.monotonic() - begun, 2)
    nbformat.write(made, target)  # type: ignore[no-untyped-call]
    return status


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _added(file: Path, start: int) -> str:
    if not file.is_file():
        return ""
    with file.open("rb") as opened:
        opened.seek(start)
        return opened.read().decode("utf-8", "replace")


if __name__ == "__main__":
    sys.exit(main())
