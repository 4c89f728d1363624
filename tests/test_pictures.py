"""The pictures of the README show what the commands print."""

import os

import pytest

if os.name == "nt":
    pytest.skip(
        "Windows has no pseudo-terminal for the command to print to", allow_module_level=True
    )

from docs.pictures import IMAGES, grade


def test_the_picture_of_a_grade_is_what_the_command_prints():
    drawn = (IMAGES / "grade.svg").read_text(encoding="utf-8")
    assert drawn == grade(), "draw it again with `make pictures`"
