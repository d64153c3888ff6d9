"""A run that was stopped goes on with the shares that are missing, and with no other run's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.keeping import Kept, OfAnotherRun
from tests.simulation.options import Plan, Run
from tests.simulation.violations import Violation

BROKEN = Violation("access", 7, "ord_1", "what", 1_800_000_000, ("a line",))


def run(path: Path) -> Run:
    return Run("sqlite", processes=2, shares=3, result=path)


def test_what_a_share_found_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "bar.json"
    Kept(Plan(), run(path)).keep(1, {"figures": {"series": 4}, "violations": [BROKEN]})
    found = Kept(Plan(), run(path)).found
    assert found.keys() == {1}
    assert (found[1]["figures"], found[1]["violations"]) == ({"series": 4}, [BROKEN])
    assert "commit" in found[1]


def test_the_file_of_another_run_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "bar.json"
    Kept(Plan(seed=1), run(path)).keep(0, {"figures": {}, "violations": []})
    before = path.read_text()
    with pytest.raises(OfAnotherRun, match="--seed 1 .* in 3 shares. Name another file"):
        Kept(Plan(seed=2), run(path))
    assert path.read_text() == before
