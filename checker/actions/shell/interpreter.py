"""The structure of a script followed as bash would: sequences, chains, pipelines, branches, loops."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from checker.actions.shell import conditions, expansion
from checker.actions.shell.invocation import Invocation
from checker.actions.shell.limits import ITERATION_LIMIT, NESTING_LIMIT
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
from checker.actions.shell.tree import (
    Calculation,
    Case,
    Chain,
    For,
    Function,
    Group,
    If,
    Loop,
    Node,
    Pipeline,
    Redirect,
    Sequence,
    Simple,
    Test,
)

_LABEL_LIMIT = 60


class Interpreter(Invocation):
    """A shell that starts nothing and writes down what it would start."""

    def run(self, sequence: Sequence, fate: Fate) -> Outcome:
        """Follow commands one after the other; only the last one's status is the sequence's."""
        outcome = DONE
        final = len(sequence.items) - 1
        for number, item in enumerate(sequence.items):
            if self.state.jump:
                break
            own = fate if number == final else self._passing(fate)
            if item.background:
                mask = Mask("&")
                self.background.append(mask)
                self.isolated(partial(self.node, item.node), mask, mask)
                outcome = DONE
            else:
                outcome = self.node(item.node, own)
            self.state.last = outcome
        return outcome

    def _passing(self, fate: Fate) -> Fate:
        """Return the fate of a command that is not the last: its status is forgotten."""
        if fate.ignored:
            return Fate(fate.ignored, Mask(fate.ignored.words))
        return Fate(None, Mask("" if self.state.errexit else self.state.lenient))

    def node(self, node: Node, fate: Fate) -> Outcome:
        """Follow one command of any kind."""
        self.budget.spend()
        self.budget.depth += 1
        if self.budget.depth > NESTING_LIMIT:
            self.budget.complain(
                f"nested deeper than {NESTING_LIMIT} levels is not followed", cut=True
            )
            outcome = Outcome()
        elif isinstance(node, Simple):
            outcome = self.decisive(self.simple(node, fate), fate)
        else:
            outcome = self._structure(node, fate)
        self.budget.depth -= 1
        return outcome

    def _structure(self, node: Node, fate: Fate) -> Outcome:
        if isinstance(node, Chain):
            return self._chain(node, fate)
        if isinstance(node, Pipeline):
            return self._pipeline(node, fate)
        if isinstance(node, Function):
            self.state.functions[node.name] = node.body
            return DONE
        if isinstance(node, Simple):
            return self.simple(node, fate)
        if not node.redirects:
            return self._compound(node, fate)
        return self._redirected(node.redirects, lambda: self._compound(node, fate))

    def _redirected(self, redirects: tuple[Redirect, ...], body: Callable[[], Outcome]) -> Outcome:
        before = self.state.stdout, self.state.stdin
        self.state.stdout, self.state.stdin = self.streams(redirects)
        outcome = body()
        self.state.stdout, self.state.stdin = before
        return outcome

    def _compound(self, node: Node, fate: Fate) -> Outcome:
        if isinstance(node, Group):
            if not node.subshell:
                return self.run(node.body, fate)
            mask = self.state.verdict(fate)
            outcome = self.isolated(partial(self.run, node.body), fate.ignored, mask)
            return self.decisive(outcome, fate)
        if isinstance(node, If):
            return self._if(node, fate)
        if isinstance(node, For):
            return self._for(node, fate)
        if isinstance(node, Loop):
            return self._loop(node, fate)
        if isinstance(node, Case):
            return self._case(node, fate)
        if isinstance(node, Test):
            truth = conditions.expression(self, node.expression)
            return self.decisive(self.tested(truth, node.place.text, fate), fate)
        assert isinstance(node, Calculation)
        value = expansion.number(self, node.expression)
        truth = None if value is None else value != 0
        return self.decisive(self.tested(truth, node.place.text, fate), fate)

    def decisive(self, outcome: Outcome, fate: Fate) -> Outcome:
        """End the shell where a command certainly fails and `-e` holds."""
        if (
            outcome.succeeded is False
            and self.state.errexit
            and fate.ignored is None
            and not self.state.jump
        ):
            self.state.last = outcome
            self.state.end("exit", failing=True)
        return outcome

    # -- && and || ------------------------------------------------------------------------------

    def _chain(self, node: Chain, fate: Fate) -> Outcome:
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
            mask = Mask(f"|| {_label(node.parts[rescue].place.text)}")
            return Fate(mask, mask)
        exempt = Mask(f"&& {_label(node.parts[number + 1].place.text)}")
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
                    self._lift(left.masks, self.state)
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
        if self._fails(right):
            self._lift(left.masks, self.state)
        self._taint(skipped, left.masks)
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
            if self._fails(right):
                self._lift(left.masks, self.state, fate)
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
        if self._fails(right):
            self._lift(left.masks, self.state, fate)
            masks = merged(left.masks + right.masks)
        self._taint(kept, left.masks)
        self.state = rejoin([kept, self.state], guard)
        return Outcome(True if right.succeeded else None, masks)

    def _fails(self, outcome: Outcome) -> bool:
        """Say whether the course just followed certainly ends in failure."""
        return self.state.failing if self.state.jump else outcome.succeeded is False

    def _lift(self, masks: tuple[Mask, ...], end: State, fate: Fate | None = None) -> None:
        """Let failures through that the course just followed passes on."""
        if end.jump == "return":
            beyond = end.on_return
        elif end.jump or fate is None:
            beyond = end.on_exit
        else:
            beyond = end.verdict(fate)
        for mask in masks:
            mask.lift(beyond)

    def _taint(self, other: State, masks: tuple[Mask, ...]) -> None:
        """Remember in which variables a failure was noted: those this course sets and another not."""
        if not masks:
            return
        for name, value in self.state.variables.items():
            if name not in other.variables or other.variables[name] != value:
                self.state.taints[name] = merged(self.state.taints.get(name, ()) + masks)

    # -- | and ! --------------------------------------------------------------------------------

    def _pipeline(self, node: Pipeline, fate: Fate) -> Outcome:
        if node.negated:
            mark = Mask("!")
            positive = node._replace(negated=False)
            inner = positive if len(node.parts) > 1 else node.parts[0]
            outcome = self.node(inner, Fate(mark, mark))
            known = None if outcome.succeeded is None else not outcome.succeeded
            return Outcome(known, outcome.masks)
        outcomes = []
        verdict = self.state.verdict(fate)
        stdout, stdin = self.state.stdout, self.state.stdin
        for number, part in enumerate(node.parts):
            final = number == len(node.parts) - 1
            mask: Mask | None = verdict
            if not final and not self.state.pipefail:
                mask = Mask(f"{_label(node.tails[number])} (no pipefail)")
            self.state.stdout = stdout if final else "capture"
            captured = self.state.captured
            if not final:
                self.state.captured = ""
            outcomes.append(self.isolated(partial(self.node, part), fate.ignored, mask))
            if not final:
                self.state.stdin, self.state.captured = self.state.captured, captured
        self.state.stdout, self.state.stdin = stdout, stdin
        if not self.state.pipefail:
            return self.decisive(outcomes[-1], fate)
        known = conditions.all_of([outcome.succeeded for outcome in outcomes])
        masks = merged(mask for outcome in outcomes for mask in outcome.masks)
        return self.decisive(Outcome(known, masks), fate)

    # -- branches -------------------------------------------------------------------------------

    def _if(self, node: If, fate: Fate) -> Outcome:
        guard = self.state.guard
        ends: list[tuple[State, Outcome]] = []
        tested: list[tuple[Mask, tuple[Mask, ...]]] = []
        rest = node.otherwise
        for condition, body in node.arms:
            mask = Mask(f"if {_label(_text(condition))}")
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
            self._taint(other, outcome.masks)
            ends.append((self.state, result))
            self.state = other
        result = DONE
        if not self.state.jump:
            before = self.state.fork() if tested and rest else None
            result = self.run(rest, fate) if rest else DONE
            if before:
                self._taint(before, tuple(mask for _, masks in tested for mask in masks))
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
                self._lift((own,), ends[number + 1])
            if after or failing[number]:
                end = ends[number] if failing[number] else ends[number + 1]
                self._lift(tuple(mask for mask in masks if mask is not own), end)

    def _case(self, node: Case, fate: Fate) -> Outcome:
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
                words = f"`{_label(node.subject.text)}` is {_label(listed)}"
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

    # -- loops ----------------------------------------------------------------------------------

    def _for(self, node: For, fate: Fate) -> Outcome:
        if node.words is None:
            words = list(self.state.arguments)
        else:
            words = []
            for listed in node.words:
                words += expansion.fields(self, listed)
                if len(words) > ITERATION_LIMIT:
                    break
        if len(words) > ITERATION_LIMIT:
            self.budget.complain(f"only {ITERATION_LIMIT} rounds of a loop are followed")
            words = words[:ITERATION_LIMIT]
        guard = self.state.guard
        outcome = DONE
        for number, word in enumerate(words):
            final = number == len(words) - 1
            self.state.assign(node.name, word)
            outcome = self.run(node.body, fate if final else self._passing(fate))
            ended = self.state.jump
            if ended in {"break", "continue"}:
                self.state.jump = ""
                outcome = DONE
            self.state.guard = guard
            if ended not in {"", "continue"}:
                break
            self.state.last = outcome
        return outcome

    def _loop(self, node: Loop, fate: Fate) -> Outcome:
        guard = self.state.guard
        before: State | None = None
        masks: tuple[Mask, ...] = ()
        if node.condition.items:
            text = _text(node.condition)
            mask = Mask(f"{node.keyword} {_label(text)}")
            outcome = self.run(node.condition, Fate(mask, mask))
            known = outcome.succeeded
            if node.keyword == "until" and known is not None:
                known = not known
            if known is False or self.state.jump:
                return DONE
            masks = tuple(m for m in outcome.masks if (m is mask) == (node.keyword == "until"))
            if known is None:
                before = self.state.fork()
                words = f"{node.keyword} {text}"
                self.state.require(Condition(words, f"not ({words})"))
        # the status of a round is forgotten when another one follows
        self.run(node.body, self._passing(fate))
        if self.state.jump in {"break", "continue"}:
            self.state.jump = ""
        if self.state.jump and self.state.failing:
            self._lift(masks, self.state)
        if before:
            self.state = rejoin([self.state, before], guard)
        return Outcome()


def _label(text: str) -> str:
    return text if len(text) <= _LABEL_LIMIT else text[: _LABEL_LIMIT - 1] + "…"


def _text(sequence: Sequence) -> str:
    return "; ".join(item.node.place.text for item in sequence.items)
