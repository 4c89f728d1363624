"""The process of a service: it loads a file, finds a port, and serves the application in the file until it is ended."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path

HOST = "127.0.0.1"
_CPU_SECONDS = 120
"""Of processor time, after which a service that never rests is ended by the system."""


def serve(file: str, variables: Mapping[str, str], said: Connection, log: str) -> None:
    """Serve the ASGI application `app` of a file until the process is ended; tell the port first."""
    with Path(log).open("w", encoding="utf-8", errors="replace", buffering=1) as paper:
        os.dup2(paper.fileno(), 1)
        os.dup2(paper.fileno(), 2)
        sys.stdout = sys.stderr = paper
        os.environ.update(variables)
        os.chdir(Path(file).parent)
        _limit()
        with socket.socket() as door:
            door.bind((HOST, 0))
            said.send(door.getsockname()[1])
            said.close()
            try:
                _run(file, door)
            except BaseException:  # noqa: BLE001 - a student's file may raise anything; they see its last line
                traceback.print_exc()
                os._exit(1)


def _run(file: str, door: socket.socket) -> None:
    uvicorn = import_module("uvicorn")
    spec = importlib.util.spec_from_file_location("service", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["service"] = module
    spec.loader.exec_module(module)
    chosen = uvicorn.Config(module.app, log_level="critical", timeout_graceful_shutdown=2)
    uvicorn.Server(chosen).run([door])


def _limit() -> None:
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    seconds = _CPU_SECONDS if most == resource.RLIM_INFINITY else min(_CPU_SECONDS, most)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, most))
