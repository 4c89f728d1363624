"""Say what is wrong with the DAGs of a folder, without running them: python tools/gate.py dags"""

import ast
import sys
from pathlib import Path

folder = Path(sys.argv[1])
found = []
for file in sorted(folder.rglob("*.py")):
    name = file.relative_to(folder).as_posix()
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        found.append(f"{name}:{error.lineno}: {error.msg}")
        continue
    # here: what `reading` says of the tree
print(*found, sep="\n")
sys.exit(1 if found else 0)
