"""The classifier and its tables."""

from pathlib import Path

import pytest

from campfire import NearestCentroid, read

BERRIES = read(Path(__file__).with_name("berries.csv"))


def test_each_class_has_its_centre():
    classifier = NearestCentroid().fit([[0, 0], [2, 0], [10, 4], [12, 4]], ["a", "a", "b", "b"])
    assert list(classifier.centroids) == ["a", "b"]


def test_a_new_row_joins_the_nearest_class():
    classifier = NearestCentroid().fit(BERRIES.rows, BERRIES.labels)
    assert classifier.predict([(12.5, 1.5), (21.0, 6.8)]) == ["blueberry", "gooseberry"]


def test_it_knows_the_berries_it_has_learned():
    classifier = NearestCentroid().fit(BERRIES.rows, BERRIES.labels)
    assert classifier.score(BERRIES.rows, BERRIES.labels) == 1.0


def test_a_large_unit_does_not_outweigh_a_small_one():
    rows = [[0.1, 1000], [0.2, 3000], [0.8, 2000], [0.9, 4000]]
    classifier = NearestCentroid().fit(rows, ["small", "small", "large", "large"])
    assert classifier.predict([[0.85, 1500]]) == ["large"]


def test_a_column_that_never_changes_is_no_obstacle():
    classifier = NearestCentroid().fit([[1, 5], [2, 5]], ["one", "two"])
    assert classifier.predict([[1.9, 5]]) == ["two"]


@pytest.mark.parametrize(
    ("rows", "labels", "message"),
    [
        pytest.param([], [], "no rows", id="nothing"),
        pytest.param([[1.0]], [], "1 rows, 0 labels", id="no label"),
    ],
)
def test_it_says_what_it_cannot_learn_from(rows, labels, message):
    with pytest.raises(ValueError, match=message):
        NearestCentroid().fit(rows, labels)


def test_it_does_not_predict_before_it_has_learned():
    with pytest.raises(ValueError, match="before it predicts"):
        NearestCentroid().predict([[1.0]])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a,b,kind\n1,2\n", ":2: expected 3 cells", id="short row"),
        pytest.param("a,kind\n1,x\nmany,y\n", ":3: could not convert", id="no number"),
    ],
)
def test_a_broken_table_is_named_with_its_line(tmp_path, text, message):
    table = tmp_path / "broken.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read(table)
