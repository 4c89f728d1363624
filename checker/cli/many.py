"""One question about many folders, asked on all processors, answered in order."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Answer = TypeVar("Answer")

WORTH_IT = 8
"""Fewer folders are read sooner than a second process is ready."""


def answers(ask: Callable[[str], Answer], paths: Sequence[str]) -> Iterator[Answer]:
    """Yield the answer for each path, in order; question and answers must be picklable.

    Processes are forked, on Linux alone: elsewhere each would have to import everything anew.
    """
    # What is loaded by now stays: neither this process's collector nor a child's need look at it.
    # Reading makes many values that last and few circles: garbage may wait longer than usual.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    processors = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    if processors < 2 or len(paths) < WORTH_IT:
        yield from map(ask, paths)
    else:
        yield from _on_all(processors, ask, paths)


def _on_all(
    processors: int, ask: Callable[[str], Answer], paths: Sequence[str]
) -> Iterator[Answer]:
    import multiprocessing
    import signal
    from concurrent.futures.process import ProcessPoolExecutor

    sys.stdout.flush()  # what waits to be printed would be printed by every child
    executor = ProcessPoolExecutor(
        min(processors, len(paths)),
        multiprocessing.get_context("fork"),
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),  # who is interrupted is this process
    )
    try:
        yield from executor.map(ask, paths)
    finally:
        executor.shutdown(cancel_futures=True)
