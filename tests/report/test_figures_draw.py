"""Every figure draws, is the same bytes twice, and leaves out runs that cannot be drawn."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
import pytest

from specit.errors import SpecItError
from specit.report import FIGURES, Run, drawn
from specit.report.figures.runs import best, middle, softmax
from specit.report.style import to_svg

NAMES = sorted(FIGURES)
NEEDS = [name for name in NAMES if name != "accuracy_against_time"]


def draw(name: str, runs: list[Run]) -> str:
    return drawn(name, runs, title="T", says="S", command="specit run x").svg


@pytest.fixture(scope="module")
def pictures(runs: list[Run]) -> dict[str, str]:
    return {name: draw(name, runs) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_it_draws_the_same_bytes_twice_whatever_the_users_settings(
    name: str, runs: list[Run], pictures: dict[str, str]
) -> None:
    assert pictures[name].startswith("<svg")
    with matplotlib.rc_context({"lines.linewidth": 9, "font.size": 30, "image.origin": "lower"}):
        assert draw(name, runs) == pictures[name]


def test_it_draws_the_same_bytes_in_another_process(pictures: dict[str, str]) -> None:
    code = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); import conftest; from specit.report import drawn\n"
        "svg = drawn('split_map', conftest.make_runs(), title='T', says='S', command='c').svg\n"
        "print(hashlib.sha256(svg.encode()).hexdigest())"
    )
    here = str(Path(__file__).parent)
    other = subprocess.run([sys.executable, "-c", code, here], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == hashlib.sha256(pictures["split_map"].encode()).hexdigest()


@pytest.mark.parametrize("name", NAMES)
def test_its_text_is_text_and_names_the_arms(name: str, pictures: dict[str, str]) -> None:
    texts = " ".join(re.findall(r"<text[^>]*>([^<]*)", pictures[name]))
    assert "coordconv" in texts


@pytest.mark.parametrize("name", NAMES)
def test_without_runs_there_is_nothing_to_draw(name: str) -> None:
    assert FIGURES[name].draw([]) is None
    assert draw(name, []) == ""


@pytest.mark.parametrize("name", NEEDS)
def test_runs_without_arrays_are_skipped(name: str, runs: list[Run], pictures: dict[str, str]) -> None:
    bare = [replace(run, arrays={}) for run in runs]
    assert FIGURES[name].draw(bare) is None
    assert draw(name, runs + bare) == pictures[name]


def test_a_run_without_a_history_is_skipped(runs: list[Run]) -> None:
    empty = [replace(run, record=run.record.model_copy(update={"history": ()})) for run in runs]
    assert FIGURES["accuracy_against_time"].draw(empty) is None


@pytest.mark.parametrize("name", NAMES)
def test_one_run_of_one_arm_without_axes_is_enough(name: str, runs: list[Run]) -> None:
    point = {"tile": "plane"} if name == "whole_output" else {}
    run = replace(runs[0], record=runs[0].record.model_copy(update={"point": point}))
    assert draw(name, [run])
    assert FIGURES[name].caption([run])


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_as_written(name: str, runs: list[Run]) -> None:
    odd = replace(runs[0], record=runs[0].record.model_copy(update={"arm": "<b>$x$</b>"}))
    svg = draw(name, [odd])
    assert "&lt;b&gt;$x$&lt;/b&gt;" in svg
    assert "<b>" not in svg


def test_ids_of_two_figures_do_not_meet(runs: list[Run]) -> None:
    figure = FIGURES["split_map"].draw(runs)
    assert figure is not None
    one, two = (set(re.findall(r' id="([^"]*)"', to_svg(figure, name))) for name in ("one", "two"))
    assert one
    assert not one & two


def test_captions_give_the_numbers(runs: list[Run]) -> None:
    assert "deconv on uniform: 85.0 % (84.0 % to 86.0 % over 2 runs)" in FIGURES["accuracy_against_time"].caption(runs)
    assert "coordconv, tile: channels on quadrant: train 100 %, test 100 %" in FIGURES["split_map"].caption(runs)
    assert "coordconv, tile: plane:" in FIGURES["whole_output"].caption(runs)
    assert "(15, 10) [" in FIGURES["neighbourhood"].caption(runs)


def test_captions_tell_readings_apart_where_they_differ(runs: list[Run]) -> None:
    raw, centred = (
        replace(run, record=run.record.model_copy(update={"point": {"split": "uniform", "scale": scale}}))
        for run, scale in zip(runs[:2], ("raw", "centred"), strict=True)
    )
    for name in ("accuracy_against_time", "split_map"):
        assert "coordconv, scale: " in FIGURES[name].caption([raw, centred])
        assert "scale" not in FIGURES[name].caption([raw])


def test_an_arm_that_tiles_nothing_has_no_whole_output(runs: list[Run]) -> None:
    assert FIGURES["whole_output"].draw([run for run in runs if run.arm == "deconv"]) is None
    assert "Only one reading" in FIGURES["whole_output"].caption(runs[:1])


def test_an_unknown_figure_names_the_nearest() -> None:
    with pytest.raises(SpecItError, match="did you mean 'split_map'"):
        draw("splitmap", [])


def test_probes_that_are_not_adjacent_make_no_neighbourhood(runs: list[Run]) -> None:
    run = replace(runs[0], arrays={**runs[0].arrays, "probe": np.array([0, 40, 80])})
    assert FIGURES["neighbourhood"].draw([run]) is None


def test_a_target_at_the_border_is_drawn(runs: list[Run]) -> None:
    centres = np.array([(x, 0) for x in range(3)], dtype=np.int16)
    arrays = {**runs[0].arrays, "centres": centres, "probe": np.arange(3), "in_test": np.array([True, False, True])}
    assert draw("neighbourhood", [replace(runs[0], arrays=arrays)])


def test_choosing_among_runs(runs: list[Run]) -> None:
    deconv = [run for run in runs if run.arm == "deconv" and run.split == "uniform"]
    assert best(deconv).accuracy == pytest.approx(0.86)
    assert middle(deconv).accuracy == pytest.approx(0.84)


def test_softmax_does_not_overflow() -> None:
    chances = softmax(np.array([[1e4, 0.0], [0.0, 1e4]], dtype=np.float32))
    assert chances.tolist() == [[0.5, 0.0], [0.0, 0.5]]
