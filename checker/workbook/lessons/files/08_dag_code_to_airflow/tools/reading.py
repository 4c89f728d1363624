"""Read what Airflow would meet in a DAG file, from its syntax tree; nothing of the file runs."""

import ast


def imports(tree):
    """Return the modules that loading the file needs: {"airflow", "datetime"}."""
    found = set()
    for node in _loaded(tree):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def calls(tree):
    """Return what is called while the file loads: ["DAG", "time.sleep"]."""
    nodes = [node for node in _loaded(tree) if isinstance(node, ast.Call)]
    known = _full_names(tree)
    return [name for name in (_dotted(node.func, known) for node in nodes) if name]


def dag_ids(tree):
    """Return the ids of the DAGs that the file makes."""
    made = {name: id for name, id in _decorated(tree).items() if name in calls(tree)}
    nodes = [node for node in _loaded(tree) if isinstance(node, ast.Call)]
    plain = [_id(node) for node in nodes if _is(node.func, "DAG")]
    return [*made.values(), *filter(None, plain)]


def uncalled(tree):
    """Return the functions marked @dag that nobody calls: they make no DAG."""
    return [name for name in _decorated(tree) if name not in calls(tree)]


def arrows(tree):
    """Return who waits for whom, as >> says: {"train": {"take"}}."""
    after = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.RShift, ast.LShift)):
            left, right = _ends(node.left, last=True), _ends(node.right, last=False)
            if isinstance(node.op, ast.LShift):
                left, right = right, left
            for name in right:
                after.setdefault(name, set()).update(left)
    return after


def _loaded(tree):
    """Yield the nodes that run when the file is loaded."""
    waiting = list(tree.body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and _is_aside(node.test):
            waiting += node.orelse
            continue
        if isinstance(node, ast.Try) and any(map(_is_without, node.handlers)):
            continue
        yield node
        waiting += ast.iter_child_nodes(node)


def _is_without(handler):
    """Say whether a module that is not there is done without."""
    return _dotted(handler.type) in {"ImportError", "ModuleNotFoundError"}


def _is_aside(test):
    return "__main__" in ast.dump(test) or "TYPE_CHECKING" in ast.dump(test)


def _full_names(tree):
    """Return what short names stand for: {"sleep": "time.sleep"}."""
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            known |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            known |= {one.asname: one.name for one in node.names if one.asname}
    return {short: long for short, long in known.items() if not long.startswith("airflow.")}


def _dotted(node, known=None):
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value, known)
        return f"{before}.{node.attr}" if before else ""
    return (known or {}).get(node.id, node.id) if isinstance(node, ast.Name) else ""


def _is(node, name):
    return _dotted(node).split(".")[-1] == name


def _decorated(tree):
    """Return the functions marked @dag at the top of the file, each with the id of its DAG."""
    found = {}
    for node in tree.body:
        for mark in getattr(node, "decorator_list", []):
            call = mark if isinstance(mark, ast.Call) else None
            if isinstance(node, ast.FunctionDef) and _is(call.func if call else mark, "dag"):
                found[node.name] = (call and _id(call)) or node.name
    return found


def _id(call):
    given = [one.value for one in call.keywords if one.arg == "dag_id"] + call.args[:1]
    return next((one.value for one in given if isinstance(one, ast.Constant)), "")


def _ends(node, last):
    """Return the names at the end, or the beginning, of a >> b >> [c, d]."""
    if isinstance(node, ast.BinOp):
        return _ends(node.right if last else node.left, last)
    if isinstance(node, (ast.List, ast.Tuple)):
        return {name for one in node.elts for name in _ends(one, last)}
    if isinstance(node, ast.Call):
        return _ends(node.func, last)
    return {node.id} if isinstance(node, ast.Name) else set()
