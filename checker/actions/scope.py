"""What can be named at one place of a workflow, and what its templates and conditions come to there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from checker.actions import expressions
from checker.actions.answer import YES, Answer, depends, no
from checker.actions.command import has_hole, hole
from checker.actions.expressions import UNKNOWN, ExpressionError, Partial
from checker.actions.syntax.fields import clip

_TEMPLATE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_WHOLE = re.compile(r"\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*", re.DOTALL)
_LOGIC = re.compile(r"[=<>!&|]")

ORDINARY_TEXT = "Improve the model"
"""A commit message or title with no command in it (`[skip ci]`, `release:` …)."""
ORDINARY_PERSON = "student"


class Scope:
    """The contexts at one place, twice: as facts, where a value with a hole is unknown, and as text, holes shown."""

    __slots__ = ("_facts", "_look", "_texts")

    def __init__(
        self, contexts: Mapping[str, object], look: Callable[[Iterable[str]], object] = tuple
    ) -> None:
        """Make a scope; `look` is told what is read of the contexts: `github.ref`."""
        self._look = look
        self._texts: dict[str, object] = {**contexts}
        self._facts = {name: _known(value) for name, value in contexts.items()}

    def bind(self, **contexts: object) -> Scope:
        """Return a scope in which these contexts are replaced."""
        bound = Scope(contexts, self._look)
        bound._texts = {**self._texts, **bound._texts}
        bound._facts = {**self._facts, **bound._facts}
        return bound

    def context(self, name: str) -> Mapping[str, object]:
        """Return one context, holes shown; empty when it cannot be named here."""
        found = self._texts.get(name)
        return found if isinstance(found, Mapping) else {}

    def text(self, template: str) -> str:
        """Fill a template; what is unknown becomes a hole."""
        if "${{" not in template:
            return str(template)
        return _TEMPLATE.sub(lambda match: self._fill(match[1]), template)

    def value(self, template: object) -> object:
        """Fill a template or JSON tree; a whole expression keeps its type, and may be UNKNOWN."""
        if isinstance(template, str):
            whole = _WHOLE.fullmatch(template)
            if not whole:
                return self.text(template)
            try:
                self._look(expressions.references(whole[1]))
                found = expressions.evaluate(whole[1], self._facts)
            except ExpressionError:
                return UNKNOWN
            return self.text(template) if found is UNKNOWN and self._fill(whole[1]) else found
        if isinstance(template, list):
            return [self.value(item) for item in template]
        if isinstance(template, dict):
            return {key: self.value(item) for key, item in template.items()}
        return template

    def texts(self, templates: Mapping[str, str]) -> dict[str, str]:
        """Fill a mapping of templates; a whole-mapping expression gives nothing."""
        return {name: self.text(template) for name, template in templates.items() if name}

    def flag(self, template: str) -> Answer:
        """Answer whether a boolean field (`continue-on-error`) is true; absent is no."""
        if not template:
            return no("absent")
        found = self.value(template)
        if found is UNKNOWN or (isinstance(found, str) and has_hole(found)):
            return depends(clip(template))
        return YES if found is True or found == "true" else no(clip(template))

    def holds(self, condition: str, *, status: object = "success") -> Answer:
        """Answer an `if:`; without a status function in it, GitHub asks `success() && (…)`."""
        if not condition and status == "success":
            return YES
        source, fixed = _source(condition)
        if fixed:
            return YES
        job = self._facts.get("job")
        facts = {
            **self._facts,
            "job": Partial({**(job if isinstance(job, Mapping) else {}), "status": status}),
        }
        shown = clip(condition.strip())
        try:
            self._look(expressions.references(source) if source else ())
            if source and not expressions.is_condition_with_status(source):
                expressions.judge(
                    source, facts
                )  # Refused names must not hide behind a short circuit.
            asked = (
                source
                if source and expressions.is_condition_with_status(source)
                else _wrapped(source)
            )
            judged = expressions.judge(asked, facts)
        except ExpressionError as error:
            return no(f"`if: {shown}` is refused: {error}")
        if judged.value is not UNKNOWN:
            return YES if expressions.truthy(judged.value) else no(self._explain(shown, source))
        if expressions.truthy(expressions.evaluate(asked, _ordinary(facts, self._texts))) is True:
            return YES
        names = ", ".join(f"`{name}`" for name in judged.unknown) or "what only a run can tell"
        return depends(f"`if: {shown}` depends on {names}")

    def _explain(self, shown: str, source: str) -> str:
        """Say that a condition is false, with the values that make it so."""
        values: list[str] = []
        for name in expressions.references(source)[:3]:
            try:
                found = expressions.evaluate(name, self._facts)
            except ExpressionError:
                continue
            if found is not UNKNOWN and not isinstance(found, list | dict):
                values.append(f"{name} is {expressions.to_text(found) or 'empty'}")
        return f"`if: {shown}` is false" + (f" ({', '.join(values)})" if values else "")

    def _fill(self, source: str) -> str:
        try:
            self._look(expressions.references(source))
            judged = expressions.judge(source, self._facts)
            if judged.value is not UNKNOWN:
                return expressions.to_text(judged.value)
            if not _LOGIC.search(source):
                shown = expressions.evaluate(source, self._texts)
                if shown is not UNKNOWN:
                    return expressions.to_text(shown)
        except ExpressionError:
            return hole(source)
        return hole(judged.unknown[0] if judged.unknown else source)


def _source(condition: str) -> tuple[str, bool]:
    """Return the expression of an `if:`, and whether it is a text around expressions, which is always true."""
    text = condition.strip()
    whole = _WHOLE.fullmatch(text)
    if whole:
        return whole[1].strip(), False
    return text, "${{" in text


def _wrapped(source: str) -> str:
    return f"success() && ({source})" if source else "success()"


def _known(value: object) -> object:
    """Return a context as facts: texts with holes become UNKNOWN."""
    if isinstance(value, str):
        return UNKNOWN if has_hole(value) else value
    if isinstance(value, Partial):
        return Partial({key: _known(item) for key, item in value.items()})
    if isinstance(value, Mapping):
        return {key: _known(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_known(item) for item in value]
    return value


def _ordinary(facts: Mapping[str, object], texts: Mapping[str, object]) -> dict[str, object]:
    """Return the facts with ordinary values for who acts and what they write: a person who skips nothing."""
    github: Any = facts.get("github")
    if not isinstance(github, Mapping):
        return dict(facts)
    owner = github.get("repository_owner")
    person = owner if isinstance(owner, str) else ORDINARY_PERSON
    people = {"actor": person, "triggering_actor": person, "repository_owner": person}
    filled = {
        **github,
        **{name: value for name, value in people.items() if github.get(name, UNKNOWN) is UNKNOWN},
        "event": _ordinary_payload(github.get("event"), person),
    }
    if github.get("repository", UNKNOWN) is UNKNOWN:
        filled["repository"] = f"{person}/project"
    env = texts.get("env")
    variables = {
        name: "set" if isinstance(value, str) and value.startswith("⟦secrets.") else _known(value)
        for name, value in (env.items() if isinstance(env, Mapping) else ())
    }
    return {
        **facts,
        "github": filled,
        "env": type(env)(variables) if isinstance(env, dict) else variables,
    }


def _ordinary_payload(payload: Any, person: str) -> object:
    if not isinstance(payload, Mapping):
        return payload
    filled = dict(payload)
    if "head_commit" in filled:
        filled["head_commit"] = Partial({"message": ORDINARY_TEXT, **filled["head_commit"]})
        filled["commits"] = [Partial(message=ORDINARY_TEXT)]
    if "pull_request" in filled:
        ordinary = {
            "title": ORDINARY_TEXT,
            "body": "",
            "labels": [],
            "user": Partial(login=person, type="User"),
        }
        pull = filled["pull_request"]
        full_name = f"{person}/project"
        ends = {
            end: Partial({**pull[end], "repo": Partial({"fork": False, "full_name": full_name})})
            for end in ("head", "base")
            if pull[end].get("repo", {}).get("full_name") is UNKNOWN
        }
        filled["pull_request"] = Partial({**ordinary, **pull, **ends})
    repository = filled.get("repository")
    if isinstance(repository, Mapping) and repository.get("full_name") is UNKNOWN:
        filled["repository"] = Partial(
            {**repository, "full_name": f"{person}/project", "owner": Partial(login=person)}
        )
    return filled
