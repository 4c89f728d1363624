"""The structure of a script followed as bash would: sequences, chains, pipelines, branches, loops."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from checker.actions.shell import conditions, expansion
from checker.actions.shell.branches import Branches
from checker.actions.shell.chains import label, text_of
from checker.actions.shell.limits import ITERATION_LIMIT, NESTING_LIMIT
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


class Interpreter(Branches):
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
            return self.chain(node, fate)
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
            return self.branch(node, fate)
        if isinstance(node, For):
            return self._for(node, fate)
        if isinstance(node, Loop):
            return self._loop(node, fate)
        if isinstance(node, Case):
            return self.case(node, fate)
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
                mask = Mask(f"{label(node.tails[number])} (no pipefail)")
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
            text = text_of(node.condition)
            mask = Mask(f"{node.keyword} {label(text)}")
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
            self.lift(masks, self.state)
        if before:
            self.state = rejoin([self.state, before], guard)
        return Outcome()
