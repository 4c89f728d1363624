"""A picture and its text twin say the same: what is drawn is counted in the axes, and what is told in the facts."""

from __future__ import annotations

from collections import Counter

import pytest

from checker.workbook.pictures import job_graph, timeline, truth_table
from checker.workbook.pictures.job_graph import Node
from checker.workbook.pictures.timeline import Bar, Row
from checker.workbook.pictures.truth_table import Table, Words

WORDS = Words("12 × 3", "runs", "rests", "wrong", "open")
FAN = (
    Node("lint", "lint", (), "success"),
    Node("test (3.12)", "test", ("lint",), "success"),
    Node("test (3.13)", "test", ("lint",), "failure"),
    Node("build", "build", ("test",), "skipped"),
)


def drawn(figure) -> Counter:
    """Count what is drawn, by the names of its parts."""
    axes = figure.axes[0]
    return Counter(part.get_gid() for part in (*axes.patches, *axes.texts, *axes.lines))


def written(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize(
    ("nodes", "order", "arrows"),
    [
        pytest.param(FAN, "lint → test (3.12), test (3.13) → build", 4, id="a matrix between two"),
        pytest.param((Node("a"), Node("b")), "a, b", 0, id="side by side"),
        pytest.param((), "–", 0, id="no job"),
        pytest.param((Node("a", needs=("gone",)),), "a", 0, id="a need that no job has"),
        pytest.param((Node("a", needs=("a",)),), "a", 0, id="a job that needs itself"),
        pytest.param(
            (Node("test (3.12)"), Node("z", needs=("test",))),
            "test (3.12) → z",
            1,
            id="by the name",
        ),
    ],
)
def test_the_graph_draws_the_jobs_and_arrows_that_its_twin_tells(nodes, order, arrows):
    told = job_graph.facts(nodes)
    parts = drawn(job_graph.job_graph(nodes, "CI", "push"))
    assert (told["order"], told["arrows"]) == (order, arrows)
    first = sum(depth == 0 for depth in job_graph.depths(nodes))
    assert parts["job"] == told["jobs"] == len(nodes)
    assert parts["arrow"] == arrows + first  # the event leads to those that wait for nothing


def test_the_graph_names_what_failed_and_marks_it():
    figure = job_graph.job_graph(FAN)
    assert job_graph.facts(FAN)["failed"] == "test (3.13)"
    assert written(figure).count("✗") == 1
    assert "build" in written(figure)


def test_a_job_stands_right_of_all_that_it_waits_for():
    places = [
        box.get_x() for box in job_graph.job_graph(FAN).axes[0].patches if box.get_gid() == "job"
    ]
    assert places[0] < places[1] == places[2] < places[3]


def test_jobs_in_a_circle_are_drawn_all_the_same():
    nodes = (Node("a", needs=("b",)), Node("b", needs=("a",)))
    assert job_graph.facts(nodes)["jobs"] == drawn(job_graph.job_graph(nodes))["job"] == 2


def test_a_hostile_run_makes_a_picture_of_a_bounded_size():
    nodes = [Node("x" * 10_000 + "\n", f"j{n}", (f"j{n - 1}",), "odd") for n in range(500)]
    figure = job_graph.job_graph(nodes)
    assert drawn(figure)["job"] == job_graph.MOST
    assert max(map(len, written(figure))) < 80


ROWS = (
    Row("test (3.13)", (Bar("Set up job", 3.6, 3.8), Bar("Test", 3.8, 8.0, "failure"))),
    Row("lint", (Bar("Set up job", 0, 0.2), Bar("Lint", 0.2, 3.5))),
    Row("test (3.12)", (Bar("Set up job", 3.6, 3.9),)),
)


def test_the_timeline_draws_a_bar_a_step_where_the_step_ran():
    figure = timeline.timeline(ROWS, "CI", "seconds")
    axes = figure.axes[0]
    told = timeline.facts(ROWS)
    bars = [(one.get_x(), round(one.get_width(), 3)) for one in axes.patches]
    assert len(bars) == told["bars"] == 5
    assert bars[0] == (0, 0.2)
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "lint",
        "test (3.12)",
        "test (3.13)",
    ]


def test_the_timelines_twin_says_who_waited_and_no_time():
    told = timeline.facts(ROWS)
    assert (told["first"], told["later"]) == ("lint", "test (3.12), test (3.13)")
    slower = [
        Row(row.name, tuple(Bar(bar.name, 3 * bar.start, 3 * bar.end) for bar in row.bars))
        for row in ROWS
    ]
    assert timeline.facts(slower) == told


def test_a_run_without_jobs_has_a_timeline_too():
    assert timeline.facts(())["rows"] == 0
    assert timeline.timeline((), "", "s").axes


TABLE = Table(
    ("push", "tag", "merge"),
    ("ci.yml", "image.yml", "publish.yml"),
    {
        "ci.yml": frozenset({"push", "merge"}),
        "image.yml": frozenset({"tag"}),
        "publish.yml": frozenset({"merge"}),
    },
    {"ci.yml": frozenset({"push", "tag"}), "image.yml": frozenset({"tag"})},
)


def test_the_truth_table_draws_what_its_twin_counts():
    told = truth_table.facts(TABLE)
    parts = drawn(truth_table.truth_table(TABLE, {}, WORDS))
    assert told == {
        "cells": 9,
        "predicted": 6,
        "right": 4,
        "wrong": 2,
        "runs": "ci.yml 2, image.yml 1",
    }
    assert parts["runs"] + parts["rests"] == told["predicted"]
    assert (parts["runs"], parts["wrong"], parts["open"]) == (3, 2, 3)


def test_the_truth_table_keeps_what_nobody_predicted_to_itself():
    unseen = Table(TABLE.rows, TABLE.columns, TABLE.actual, {})
    parts = drawn(truth_table.truth_table(unseen, {"push": "код отправлен"}, WORDS))
    assert (parts["runs"], parts["rests"], parts["open"]) == (0, 0, 9)
    assert truth_table.facts(unseen)["runs"] == "–"


def test_each_cell_stands_in_the_row_of_its_event():
    figure = truth_table.truth_table(TABLE, {}, WORDS)
    axes = figure.axes[0]
    rows = {text.get_text(): text.get_position()[1] for text in axes.texts}
    dots = [line for line in axes.lines if line.get_gid() == "runs"]
    assert {round(float(dot.get_ydata()[0]), 3) for dot in dots} == {
        round(rows[name], 3) for name in ("push", "tag", "merge")
    }
