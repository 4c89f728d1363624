"""The command `campfire`."""

from pathlib import Path

import pytest

from campfire.cli import main

BERRIES = str(Path(__file__).with_name("berries.csv"))


def test_it_prints_a_class_a_row_and_the_accuracy(capsys):
    main([BERRIES, BERRIES])
    *classes, accuracy = capsys.readouterr().out.splitlines()
    assert len(classes) == 12
    assert accuracy == "accuracy 100%"


def test_a_missing_table_is_one_sentence_and_not_a_traceback(capsys):
    with pytest.raises(SystemExit):
        main(["nowhere.csv", BERRIES])
    assert "nowhere.csv" in capsys.readouterr().err
