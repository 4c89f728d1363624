"""Commands joined by `&&` and `||`: which of them start, and where a failure among them goes."""

from __future__ import annotations

from checker.actions.shell.invocation import Invocation
from checker.actions.shell.questions import PARTS_LIMIT, condition_of, is_question, jumps
from checker.actions.shell.state import (
    DONE,
    Condition,
    Fate,
    Mask,
    Outcome,
    State,
    merged,
    rejoin,
)
from checker.actions.shell.tree import Chain, Node, Sequence

_LABEL_LIMIT = 60


class Chains(Invocation):
    """What a shell does with a chain of commands."""

    def chain(self, node: Chain, fate: Fate) -> Outcome:
        """Follow the parts of a chain that may start."""
        outcome = DONE
        question = False  # whether it is a test, not a program, that leaves the left side open
        rescues = [at for at, operator in enumerate(node.operators, 1) if operator == "||"][::-1]
        for number, part in enumerate(node.parts):
            while rescues and rescues[-1] <= number:
                rescues.pop()
            own = self._link(node, number, rescues[-1] if rescues else 0, fate)
            asking = is_question(part)
            if number == 0:
                outcome, question = self.node(part, own), asking
                continue
            if self.state.jump:
                break
            shown = min(number, PARTS_LIMIT)
            left = condition_of(node.parts[:shown], node.operators[: shown - 1])
            known = outcome.succeeded
            if node.operators[number - 1] == "&&":
                outcome = self._and(part, own, outcome, left if question else None)
                question = asking or (question and known is None)
            else:
                outcome = self._or(part, own, outcome, left, question=question)
                question = asking and (question or known is False)
        return outcome

    def _link(self, node: Chain, number: int, rescue: int, fate: Fate) -> Fate:
        """Return the fate of one part of a chain; `rescue` is the part after the next `||`, 0 for none."""
        if number == len(node.parts) - 1:
            return fate
        if rescue:
            mask = Mask(f"|| {label(node.parts[rescue].place.text)}")
            return Fate(mask, mask)
        exempt = Mask(f"&& {label(node.parts[number + 1].place.text)}")
        lost = fate.swallowed
        if lost and not fate.ignored and self.state.errexit:
            lost = exempt
        return Fate(fate.ignored or exempt, lost)

    def _and(self, part: Node, fate: Fate, left: Outcome, question: Condition | None) -> Outcome:
        if left.succeeded is False:
            return left
        if left.succeeded or question is None:
            # a program on the left is taken to succeed, as scripts mean it
            skipped = self.state.fork() if left.succeeded is None and jumps(part) else None
            right = self.node(part, fate)
            if skipped and self.state.jump:
                if self.state.failing:
                    self.lift(left.masks, self.state)
                else:
                    skipped.guard = (*skipped.guard, Condition("it fails", ""))[:6]
                self.state = skipped
                return Outcome(None, left.masks)
            sure = right.succeeded if left.succeeded else None
            return Outcome(sure, merged(left.masks + right.masks))
        guard = self.state.guard
        skipped, taken = self.state, self.state.fork()
        skipped.require(question.opposite())
        taken.require(question)
        self.state = taken
        right = self.node(part, fate)
        if self.fails(right):
            self.lift(left.masks, self.state)
        self.taint(skipped, left.masks)
        self.state = rejoin([self.state, skipped], guard)
        return Outcome(
            False if right.succeeded is False else None, merged(left.masks + right.masks)
        )

    def _or(
        self, part: Node, fate: Fate, left: Outcome, failure: Condition, *, question: bool
    ) -> Outcome:
        if left.succeeded:
            return left
        if left.succeeded is False:
            self.state.last = left
            right = self.node(part, fate)
            if self.fails(right):
                self.lift(left.masks, self.state, fate)
            return right
        guard = self.state.guard
        kept, taken = self.state, self.state.fork()
        kept.last = DONE
        if question:
            kept.require(failure)
        taken.require(failure.opposite() if question else Condition(failure.otherwise, ""))
        taken.last = Outcome(False, left.masks)
        self.state = taken
        right = self.node(part, fate)
        masks = right.masks
        if self.fails(right):
            self.lift(left.masks, self.state, fate)
            masks = merged(left.masks + right.masks)
        self.taint(kept, left.masks)
        self.state = rejoin([kept, self.state], guard)
        return Outcome(True if right.succeeded else None, masks)

    def fails(self, outcome: Outcome) -> bool:
        """Say whether the course just followed certainly ends in failure."""
        return self.state.failing if self.state.jump else outcome.succeeded is False

    def lift(self, masks: tuple[Mask, ...], end: State, fate: Fate | None = None) -> None:
        """Let failures through that the course just followed passes on."""
        if end.jump == "return":
            beyond = end.on_return
        elif end.jump or fate is None:
            beyond = end.on_exit
        else:
            beyond = end.verdict(fate)
        for mask in masks:
            mask.lift(beyond)

    def taint(self, other: State, masks: tuple[Mask, ...]) -> None:
        """Remember in which variables a failure was noted: those this course sets and another not."""
        if not masks:
            return
        for name, value in self.state.variables.items():
            if name not in other.variables or other.variables[name] != value:
                self.state.taints[name] = merged(self.state.taints.get(name, ()) + masks)


def label(text: str) -> str:
    """Return a command's text, short enough for a sentence."""
    return text if len(text) <= _LABEL_LIMIT else text[: _LABEL_LIMIT - 1] + "…"


def text_of(sequence: Sequence) -> str:
    """Return commands as one line."""
    return "; ".join(item.node.place.text for item in sequence.items)
