"""`if` and `case`: which branches may be taken, and what is known where they meet again."""

from __future__ import annotations

from checker.actions.shell import conditions, expansion
from checker.actions.shell.chains import Chains, label, text_of
from checker.actions.shell.questions import condition_of
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
from checker.actions.shell.tree import Case, If


class Branches(Chains):
    """What a shell does with a choice."""

    def branch(self, node: If, fate: Fate) -> Outcome:
        """Follow `if`: every arm that may be taken."""
        guard = self.state.guard
        ends: list[tuple[State, Outcome]] = []
        tested: list[tuple[Mask, tuple[Mask, ...]]] = []
        rest = node.otherwise
        for condition, body in node.arms:
            mask = Mask(f"if {label(text_of(condition))}")
            outcome = self.run(condition, Fate(mask, mask))
            if self.state.jump or outcome.succeeded:
                rest = body
                break
            if outcome.succeeded is False:
                continue
            tested.append((mask, outcome.masks))
            words = condition_of(tuple(item.node for item in condition.items[-1:]), ())
            other = self.state.fork()
            self.state.require(words)
            other.require(words.opposite())
            result = self.run(body, fate)
            self.taint(other, outcome.masks)
            ends.append((self.state, result))
            self.state = other
        result = DONE
        if not self.state.jump:
            before = self.state.fork() if tested and rest else None
            result = self.run(rest, fate) if rest else DONE
            if before:
                self.taint(before, tuple(mask for _, masks in tested for mask in masks))
        ends.append((self.state, result))
        self._pass_on(tested, [state for state, _ in ends])
        self.state = rejoin([state for state, _ in ends], guard) if tested else self.state
        known = {outcome.succeeded for _, outcome in ends}
        masks = merged(mask for _, outcome in ends for mask in outcome.masks)
        return Outcome(known.pop() if len(known) == 1 else None, masks)

    def _pass_on(self, tested: list[tuple[Mask, tuple[Mask, ...]]], ends: list[State]) -> None:
        """Let failures through that lead into a branch which itself fails.

        A program's failure leads past its own branch; one under `!`, or remembered in a variable,
        may lead either way.
        """
        failing = [bool(state.jump) and state.failing for state in ends]
        for number, (own, masks) in enumerate(tested):
            after = all(failing[number + 1 :])
            if after:
                self.lift((own,), ends[number + 1])
            if after or failing[number]:
                end = ends[number] if failing[number] else ends[number + 1]
                self.lift(tuple(mask for mask in masks if mask is not own), end)

    def case(self, node: Case, fate: Fate) -> Outcome:
        """Follow `case`: every arm whose pattern may fit."""
        subject = expansion.text(self, node.subject)
        guard = self.state.guard
        ends: list[tuple[State, Outcome]] = []
        decided = falling = False
        for patterns, body, mark in node.arms:
            truth: bool | None = True
            if not falling:
                values = [expansion.pattern(self, pattern) for pattern in patterns]
                truth = conditions.any_of(
                    [conditions.like(self, subject, value) for value in values]
                )
            if truth is False:
                continue
            other = None
            if truth is None:
                listed = "|".join(pattern.text for pattern in patterns)
                words = f"`{label(node.subject.text)}` is {label(listed)}"
                other = self.state.fork()
                other.require(Condition(f"not ({words})", words))
                self.state.require(Condition(words, f"not ({words})"))
            result = self.run(body, fate)
            falling = mark == ";&" and not self.state.jump
            if other is None:
                decided = not falling
                if not falling:
                    ends.append((self.state, result))
                    break
                continue
            ends.append((self.state, result))
            self.state = other
            falling = False
        if not decided:
            ends.append((self.state, DONE))
        if len(ends) > 1:
            self.state = rejoin([state for state, _ in ends], guard)
        known = {outcome.succeeded for _, outcome in ends}
        masks = merged(mask for _, outcome in ends for mask in outcome.masks)
        return Outcome(known.pop() if len(known) == 1 else None, masks)
