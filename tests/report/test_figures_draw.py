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
from tests.report.made_up_runs import make_for

from specit.errors import SpecItError
from specit.report import FIGURES, Run, drawn
from specit.report.figures.runs import best, middle, softmax
from specit.report.quantities import ACCURACY
from specit.report.style import to_svg

NAMES = sorted(FIGURES)
GENERATIVE = ["average_pictures", "latent_paths", "object_places", "sample_grid"]
NEEDS_ARRAYS = [
    *GENERATIVE,
    "neighbourhood",
    "painted_squares",
    "regressed_positions",
    "split_map",
    "whole_output",
]
NEEDS_HISTORY = [name for name in NAMES if name not in NEEDS_ARRAYS]
OF_ONE_SPLIT = ["neighbourhood", "whole_output"]
NEEDS_AXES = {"whole_output": {"tile": "plane"}, "pipeline_matrix": {"stage": "xy to one-hot"}}


def draw(name: str, runs: list[Run]) -> str:
    return drawn(name, runs, title="T", says="S", command="specit run x").svg


def draw_alone(name: str, run: Run) -> bool:
    return FIGURES[name].draw([run]) is not None


def with_record(run: Run, **changes: object) -> Run:
    return replace(run, record=run.record.model_copy(update=changes))


@pytest.fixture(scope="module")
def runs_for() -> dict[str, list[Run]]:
    return {name: make_for(name) for name in NAMES}


@pytest.fixture(scope="module")
def pictures(runs_for: dict[str, list[Run]]) -> dict[str, str]:
    return {name: draw(name, runs_for[name]) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_it_draws_the_same_bytes_twice_whatever_the_users_settings(
    name: str, runs_for: dict[str, list[Run]], pictures: dict[str, str]
) -> None:
    assert pictures[name].startswith("<svg")
    with matplotlib.rc_context({"lines.linewidth": 9, "font.size": 30, "image.origin": "lower"}):
        assert draw(name, runs_for[name]) == pictures[name]


def test_it_draws_the_same_bytes_in_another_process(pictures: dict[str, str]) -> None:
    code = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); import made_up_runs; from specit.report import drawn\n"
        "for name in sys.argv[2:]:\n"
        "    svg = drawn(name, made_up_runs.make_for(name), title='T', says='S', command='c').svg\n"
        "    print(hashlib.sha256(svg.encode()).hexdigest())"
    )
    names = ["split_map", "regressed_positions", "sample_grid"]  # shapes, dots drawn as a picture, and pictures
    command = [sys.executable, "-c", code, str(Path(__file__).parent), *names]
    other = subprocess.run(command, capture_output=True, text=True, check=True)
    assert other.stdout.split() == [hashlib.sha256(pictures[name].encode()).hexdigest() for name in names]


@pytest.mark.parametrize("name", NAMES)
def test_its_text_is_text_and_names_the_arms(name: str, pictures: dict[str, str]) -> None:
    texts = " ".join(re.findall(r"<text[^>]*>([^<]*)", pictures[name]))
    assert "coordconv" in texts


@pytest.mark.parametrize("name", NAMES)
def test_without_runs_there_is_nothing_to_draw(name: str) -> None:
    assert FIGURES[name].draw([]) is None
    assert draw(name, []) == ""


@pytest.mark.parametrize("name", NEEDS_ARRAYS)
def test_runs_without_arrays_are_skipped(name: str, runs_for: dict[str, list[Run]], pictures: dict[str, str]) -> None:
    bare = [replace(run, arrays={}) for run in runs_for[name]]
    assert FIGURES[name].draw(bare) is None
    assert draw(name, runs_for[name] + bare) == pictures[name]


@pytest.mark.parametrize("name", NEEDS_HISTORY)
def test_runs_without_a_history_are_skipped(
    name: str, runs_for: dict[str, list[Run]], pictures: dict[str, str]
) -> None:
    empty = [with_record(run, history=()) for run in runs_for[name]]
    assert FIGURES[name].draw(empty) is None
    assert draw(name, runs_for[name] + empty) == pictures[name]


@pytest.mark.parametrize("name", NEEDS_HISTORY)
def test_a_run_under_way_is_drawn_from_its_history(name: str, runs_for: dict[str, list[Run]]) -> None:
    bare = [replace(with_record(run, status="running", ended=""), arrays={}) for run in runs_for[name]]
    assert draw(name, bare)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("comparison", "best_against_parameters")])
def test_runs_of_another_task_are_skipped(name: str, runs_for: dict[str, list[Run]]) -> None:
    tasks = {"classification": "split_map", "rendering": "painted_squares", "regression": "regressed_positions"}
    others = [run for own in tasks.values() for run in runs_for[own] if not draw_alone(name, run)]
    if name != "accuracy_against_time":  # which every task measures
        assert others
        assert FIGURES[name].draw(others) is None
    assert draw(name, runs_for[name] + others)


@pytest.mark.parametrize("name", NAMES)
def test_one_run_of_one_arm_without_axes_is_enough(name: str, runs_for: dict[str, list[Run]]) -> None:
    run = with_record(runs_for[name][0], point=NEEDS_AXES.get(name, {}))
    assert draw(name, [run])
    assert FIGURES[name].caption([run]).count("\n") == 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("split", ["uniform", "quadrant"])
def test_one_split_is_enough(name: str, split: str, runs_for: dict[str, list[Run]]) -> None:
    svg = draw(name, [run for run in runs_for[name] if run.split == split])
    assert svg
    assert split in svg or name in OF_ONE_SPLIT
    assert {"uniform": "quadrant", "quadrant": "uniform"}[split] not in svg


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(20, 44), (44, 20)])
def test_a_canvas_need_not_be_square(name: str, size: tuple[int, int]) -> None:
    assert draw(name, make_for(name, size, 1))


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OF_ONE_SPLIT])
def test_an_arm_that_ran_on_one_split_only_leaves_a_gap(name: str, runs_for: dict[str, list[Run]]) -> None:
    runs = [run for run in runs_for[name] if run.split == "uniform" or run.arm == "coordconv"]
    assert "quadrant" in draw(name, runs)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_as_written(name: str, runs_for: dict[str, list[Run]]) -> None:
    odd = with_record(runs_for[name][0], arm="<b>$x$</b>")
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
    assert ACCURACY.final(best(deconv).record) == pytest.approx(0.86)
    assert ACCURACY.final(middle(deconv).record) == pytest.approx(0.84)


def test_softmax_does_not_overflow() -> None:
    chances = softmax(np.array([[1e4, 0.0], [0.0, 1e4]], dtype=np.float32))
    assert chances.tolist() == [[0.5, 0.0], [0.0, 0.5]]
