"""Pictures of a lesson, each with a line of text that says the same."""

from __future__ import annotations

import base64
import io
import sys
from typing import TYPE_CHECKING

from checker.workbook.display import display, in_notebook, show
from checker.workbook.texts import Message

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def picture(figure: Figure, twin: Message, *, drawn: bool) -> None:
    """Show a figure and its twin in text; `drawn` false leaves the text alone."""
    if drawn and in_notebook():
        file = io.BytesIO()
        figure.savefig(
            file, format="png", dpi=110, bbox_inches="tight", metadata={"Software": None}
        )
        png = base64.b64encode(file.getvalue()).decode()
        display({"text/plain": "▧", "image/png": png})
    if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
        pyplot.close(figure)  # or the notebook shows it once more at the end of the cell
    show(twin)
