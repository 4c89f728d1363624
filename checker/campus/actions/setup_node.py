"""actions/setup-node: the Node.js of this machine, whatever version is asked for; says so."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

from checker.campus.actions.said import Refused, fail, given, hand_on, say, warn


def set_up() -> None:
    """Say which Node.js there is. Raises Refused when there is none."""
    node = shutil.which("node")
    if node is None:
        raise Refused(
            "Node.js is not installed on this machine, and the campus downloads none; install it"
        )
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    version = done.stdout.strip()
    asked = re.match(r"v?(\d+)", given("node-version"))
    if asked and asked[1] != version.removeprefix("v").split(".", maxsplit=1)[0]:
        warn(f"Node.js {given('node-version')} is not installed on this machine: this is {version}")
    say(f"node: {version}")
    hand_on({"node-version": version, "cache-hit": "false"})


if __name__ == "__main__":
    try:
        set_up()
    except Refused as error:
        fail(str(error))
        sys.exit(1)
