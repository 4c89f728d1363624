from serve import CENTRES


def test_every_berry_has_a_centre():
    assert set(CENTRES) == {"blueberry", "gooseberry"}
