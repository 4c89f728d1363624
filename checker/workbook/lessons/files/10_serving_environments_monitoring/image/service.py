"""Names a berry from its diameter in mm; what an image of q4 holds besides its model."""

import json
import sys
from pathlib import Path

centres = json.loads((Path(__file__).parent / "model.json").read_text(encoding="utf-8"))
for line in sys.stdin:
    print(min(centres, key=lambda name: abs(centres[name] - float(line))))
