"""Triggers, gates, rollbacks and pipelines of lesson 09 as students write them."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import threading

from checker.workbook.answers import answers

SLUG = "09_continuous_training"


def solution(id: str) -> str:
    """Return the lesson's own solution of an exercise."""
    found = answers(SLUG)
    assert found is not None
    return found[id].solution


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


# Triggers


def touches(file, state):
    try:
        (state / digest(file)).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def opens_anew(file, state):
    try:
        with open(state / digest(file), "x", encoding="utf-8"):  # noqa: PTH123
            return True
    except FileExistsError:
        return False


def makes_a_folder(file, state):
    try:
        os.mkdir(os.path.join(state, hashlib.md5(file.read_bytes()).hexdigest()))  # noqa: PTH102, PTH118, S324
    except FileExistsError:
        return False
    return True


def locks_a_list(file, state):
    with (state / "seen.json").open("a+", encoding="utf-8") as seen:
        fcntl.flock(seen, fcntl.LOCK_EX)
        seen.seek(0)
        known = json.loads(seen.read() or "[]")
        if digest(file) in known:
            return False
        seen.seek(0)
        seen.truncate()
        json.dump([*known, digest(file)], seen)
        seen.flush()
        return True


def looks_then_writes(file, state):
    seen = state / digest(file)
    if seen.exists():
        return False
    seen.write_text("trained")
    return True


def looks_at_the_name(file, state):
    try:
        (state / f"{file.name}-{digest(file)}").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def looks_at_the_time(file, state):
    try:
        (state / f"{file.stat().st_mtime}-{digest(file)}").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def looks_at_the_size(file, state):
    try:
        (state / str(file.stat().st_size)).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


_known: set[str] = set()


def remembers_in_a_variable(file, state):
    is_new = digest(file) not in _known
    _known.add(digest(file))
    return is_new


def remembers_the_folder(file, state):
    try:
        (state / f"{digest(file)}-{state.name}").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def always(file, state):
    return True


def never(file, state):
    return False


def says_yes(file, state):
    return "yes"


def runs_on(file, state):
    while True:
        pass


_lock = threading.Lock()


def locks_in_its_own_process(file, state):
    with _lock:
        return looks_then_writes(file, state)


def waits_for_the_other(file, state):
    seen, busy = state / digest(file), state / f"{digest(file)}.busy"
    if seen.exists():
        return False
    try:
        busy.touch(exist_ok=False)
    except FileExistsError:
        while busy.exists():  # whoever made it never takes it away
            pass
        return False
    seen.write_text("trained")
    return True


# Gates


def careful(client, name, candidate, champion, frozen):
    if candidate.test_digest != frozen.digest:
        raise ValueError("another test set")
    if set(candidate.train_rows).intersection(frozen.rows):
        raise ValueError("leaked")
    if not candidate.accuracy > (champion.accuracy if champion else 0.0) + 0.01:
        return False
    client.set_registered_model_alias(name=name, alias="champion", version=candidate.number)
    return True


def cleared(client, name, candidate, champion, frozen):
    client.delete_registered_model_alias(name, "champion")
    return careful(client, name, candidate, champion, frozen)


def returns_nothing(client, name, candidate, champion, frozen):
    careful(client, name, candidate, champion, frozen)


def refuses_all(client, name, candidate, champion, frozen):
    return False


def breaks(client, name, candidate, champion, frozen):
    raise KeyError("accuracy")


# Rollbacks


def rolls_back(client, name, bad, good, reason):
    if str(client.get_model_version_by_alias(name, "champion").version) != str(bad):
        return False
    client.set_model_version_tag(name, bad, "incident", f"2026-11-28: {reason}")
    client.set_registered_model_alias(name, "champion", good)
    return True


def takes_the_alias_away(client, name, bad, good, reason):
    client.delete_registered_model_alias(name, "champion")
    return True


def registers_anew(client, name, bad, good, reason):
    source = client.get_model_version(name, str(good)).source
    model = source.removeprefix("models:/")
    made = client.create_model_version(name, source, model_id=model)
    client.set_registered_model_alias(name, "champion", made.version)
    return True


def notes_and_stays(client, name, bad, good, reason):
    client.set_model_version_tag(name, bad, "incident", reason)
    return True
