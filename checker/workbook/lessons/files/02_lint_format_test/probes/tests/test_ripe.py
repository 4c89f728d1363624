from ripe.shared import collect


def test_a_berry_lies_in_its_basket():
    assert collect("bilberry", []) == ["bilberry"]
