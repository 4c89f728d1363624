"""How a tie between two classes is decided."""

from campfire import NearestCentroid


def test_of_two_equally_near_classes_the_last_one_wins():
    classifier = NearestCentroid().fit([[0.0], [2.0]], ["left", "right"])
    assert classifier.predict([[1.0]]) == ["right"]
