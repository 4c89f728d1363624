"""The Lab in a real kernel: what cells show, what an interrupt or a restart leaves, what is told in one line."""

from __future__ import annotations

import json
import os
import queue
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.samples_workbook import SLUG, sample

__all__ = ["sample"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),  # jupyter_client's, on transports
]

ROOT = Path(__file__).parents[1]
OPEN = f"""
from tests.samples_workbook import open_in
open_in({{folder!r}})
from checker.workbook import Lab
lab = Lab({SLUG!r}, "en", edition=2)
"""


@dataclass
class Cell:
    """What running a cell gave."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    reply: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(
            one.get("data", {}).get("text/plain", one.get("text", "")) for one in self.outputs
        )


class Kernel:
    """A kernel that runs cells; nothing of it outlives the test."""

    def __init__(self, folder: Path) -> None:
        from jupyter_client.manager import KernelManager

        self.folder = folder
        self.manager = KernelManager(kernel_name="python3")
        environment = {
            **os.environ,
            "CHECKER_WORK": str(folder / "work"),
            "CHECKER_WORKBOOK": "build",
        }
        self.manager.start_kernel(cwd=str(ROOT), env=environment)
        self.connect()

    def connect(self) -> None:
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)
        self.run(OPEN.format(folder=str(self.folder)))

    def run(self, code: str, *, interrupt: bool = False) -> Cell:
        """Run a cell; interrupt it as soon as it prints something when that is asked."""
        sent = self.client.execute(code)
        found = Cell()
        while True:
            message = self.client.get_iopub_msg(timeout=120)
            kind, content = message["msg_type"], message["content"]
            if message["parent_header"].get("msg_id") != sent:
                continue
            if kind in {"display_data", "execute_result", "stream", "error"}:
                found.outputs.append({"kind": kind, **content})
                if interrupt:  # once: another would hit the kernel itself, after the cell
                    self.manager.interrupt_kernel()
                    interrupt = False
            if kind == "status" and content["execution_state"] == "idle":
                break
        while (reply := self.client.get_shell_msg(timeout=120))["parent_header"]["msg_id"] != sent:
            pass
        found.reply = reply["content"]
        return found

    def restart(self) -> None:
        self.client.stop_channels()
        self.manager.restart_kernel(now=True)
        self.connect()

    def end(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture
def kernel(sample: Path) -> Iterator[Kernel]:
    made = Kernel(sample.parent)
    yield made
    made.end()


def test_a_card_is_one_output_in_two_forms_and_calls_return_nothing(kernel: Kernel) -> None:
    cell = kernel.run("lab.check('q1', None)")
    [output] = cell.outputs
    assert output["kind"] == "display_data"
    assert output["data"]["text/plain"].startswith("○ q1 · The sum: not attempted")
    assert "<strong>q1 · The sum: not attempted</strong>" in output["data"]["text/html"]
    [header] = kernel.run("lab").outputs
    assert header["data"]["text/plain"].startswith("00 A sample")
    what_was_shown = "from checker.workbook.runs import PullRequest, Runs\nRuns()"
    assert kernel.run(what_was_shown).outputs == []
    assert kernel.run("PullRequest(1)").outputs == []
    assert kernel.run("lab.sh('true')").outputs[0]["data"]["text/plain"] == "$ true"


def test_a_picture_comes_with_its_line_and_once(kernel: Kernel) -> None:
    code = """
%matplotlib inline
import matplotlib.pyplot as plt
figure, axes = plt.subplots()
axes.plot([1, 2])
lab.figure(figure, "bars", count=2, high=2.0, live={live})
"""
    picture, line = kernel.run(code.format(live=False)).outputs
    assert set(picture["data"]) == {"text/plain", "image/png"}
    assert line["data"]["text/plain"] == "2 bars, the highest 2.0"
    [line] = kernel.run(
        code.format(live=True)
    ).outputs  # timings differ, and a notebook is being built
    assert "image/png" not in line["data"]


def test_what_a_student_can_mend_is_told_in_one_line(kernel: Kernel) -> None:
    [output] = kernel.run(f"Lab({SLUG!r}, 'en', edition=1)").outputs
    assert output["ename"] == "WorkbookError"
    assert len(output["traceback"]) == 1
    assert "get the new notebook" in output["traceback"][0]


def test_a_function_that_never_ends_does_not_keep_the_notebook(kernel: Kernel) -> None:
    cell = kernel.run("""
def add(a, b):
    while True:
        try:
            a += b
        except:
            pass
lab.check("q1", add)
""")
    assert "Your function does not end." in cell.text
    assert "correct" in kernel.run("lab.check('q1', lambda a, b: a + b)").text


def test_after_an_interrupt_the_lab_goes_on(kernel: Kernel) -> None:
    stopped = kernel.run("print('begun', flush=True)\nwhile True: pass", interrupt=True)
    assert stopped.reply["ename"] == "KeyboardInterrupt"
    stopped = kernel.run("print(flush=True); lab.sh('sleep 600')", interrupt=True)
    assert stopped.reply["ename"] == "KeyboardInterrupt"
    assert "correct" in kernel.run("lab.check('q1', lambda a, b: a + b)").text


def test_a_restart_forgets_nothing_that_matters(kernel: Kernel) -> None:
    kernel.run("lab.join('Иванова Анна')\nlab.check('q1', lambda a, b: a + b)\nlab.hint('q2')")
    kernel.restart()
    assert kernel.run("print(lab.me)").text == "ivanova_anna\n"
    assert "✓  q1  ★  The sum" in kernel.run("lab.progress()").text
    assert kernel.run("lab.check('q2', 'skip')").text.startswith(
        "– q2"
    )  # before q1: any order will do


def test_reset_puts_the_starter_into_the_next_cell(kernel: Kernel) -> None:
    cell = kernel.run("lab.reset('q1')")
    [payload] = [one for one in cell.reply["payload"] if one["source"] == "set_next_input"]
    assert payload["text"] == "add = None\nlab.check('q1', add)"
    assert payload["replace"] is False


def test_a_command_that_prints_without_end_is_cut(kernel: Kernel) -> None:
    cell = kernel.run("done = lab.sh('yes | head -c 100000000')\nprint(done.status)")
    assert "is left out)" in cell.text
    assert len(json.dumps(cell.outputs)) < 2_000_000
    cell = kernel.run("lab.sh('sleep 600 & echo left; sleep 600', seconds=0.5)")
    assert "left\n(it took more than 0.5 s and was ended)" in cell.text
    with pytest.raises(queue.Empty):
        kernel.client.get_iopub_msg(timeout=0)
