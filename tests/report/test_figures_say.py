"""What captions say, checked by hand; what figures choose to show."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.report.made_up_runs import (
    make_for,
    make_pipeline,
    make_regression,
    make_regressions,
    make_rendering,
    make_renderings,
    make_run,
)

from specit.records import Evaluation
from specit.report import FIGURES, Run, drawn
from specit.report.figures.runs import choices, foremost, kinds
from specit.report.quantities import ACCURACY, DISTANCE, IOU, headline


def said(name: str, runs: list[Run]) -> list[str]:
    return FIGURES[name].caption(runs).split("\n")


def texts(name: str, runs: list[Run]) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)", drawn(name, runs, title="T", says="S", command="c").svg)


def with_history(run: Run, *measures: dict[str, float]) -> Run:
    """Return the run with one evaluation every 10 seconds."""
    history = tuple(Evaluation(epoch=i, step=i, seconds=10.0 * i, measures=m) for i, m in enumerate(measures))
    return replace(run, record=run.record.model_copy(update={"history": history}))


def regression_with(*distances: float, **options: object) -> Run:
    return with_history(make_regression(**options), *({"test_euclidean": d} for d in distances))  # type: ignore[arg-type]


def test_against_time() -> None:
    assert "deconv, width: 10 on uniform: 0.820 (0.810 to 0.830 over 2 runs)" in said(
        "iou_against_time", make_renderings()
    )
    runs = [regression_with(9, 2.0, 3.0, seed=0), regression_with(9, 4.0, 8.0, seed=1), regression_with(9, 7.0, seed=2)]
    assert said("distance_against_time", runs) == [
        "The lowest test distance that each run reached; the median over runs of a kind:",
        "coordconv on uniform: 4 px (2 px to 7 px over 3 runs)",
    ]


def test_a_run_with_one_evaluation_is_a_dot_among_ticks_that_can_be_read() -> None:
    run = with_history(make_run(), {}, {"test_accuracy": 0.5})
    figure = FIGURES["accuracy_against_time"].draw([run])
    assert figure is not None
    (dot,) = [line for line in figure.axes[0].lines if len(line.get_xdata())]  # type: ignore[arg-type]
    assert dot.get_marker() == "."
    assert {"5", "10", "20"} <= set(texts("accuracy_against_time", [run]))


def test_a_distance_of_zero_has_a_place_on_a_log_scale() -> None:
    run = regression_with(5.0, 0.0)
    for name in ("distance_against_time", "success_rates", "comparison", "best_against_parameters"):
        assert texts(name, [run])
    assert said("distance_against_time", [run])[1] == "coordconv on uniform: 0 px (1 run)"


def test_more_options_than_line_styles_are_not_told_apart_by_them() -> None:
    runs = [make_run(seed=seed) for seed in range(5)]
    runs = [
        replace(run, record=run.record.model_copy(update={"point": {"tile": "plane", "rate": str(i)}}))
        for i, run in enumerate(runs)
    ]
    assert "tile: plane, rate: 0" in texts("accuracy_against_time", runs[:4])
    assert not any("rate" in text for text in texts("accuracy_against_time", runs))


def test_best_against_parameters() -> None:
    assert said("best_against_parameters", make_renderings()) == [
        "Each mark is a configuration at the highest test IOU any of its seeds ever reached:",
        "coordconv on uniform: 1.000 with 8,074 parameters (the best of 1 configuration, 2 runs)",
        "coordconv on quadrant: 1.000 with 8,074 parameters (the best of 1 configuration, 2 runs)",
        "deconv on uniform: 0.830 with 409,921 parameters (the best of 2 configurations, 4 runs)",
        "deconv on quadrant: 0.360 with 409,921 parameters (the best of 2 configurations, 4 runs)",
    ]


def test_a_network_without_parameters_has_a_mark() -> None:
    run = make_rendering(parameters=0)
    assert texts("best_against_parameters", [run])
    assert "with 0 parameters" in said("best_against_parameters", [run])[1]


def test_painted_squares() -> None:
    good, bad = make_rendering(seed=0), make_rendering(seed=1, top=0.5)
    iou = np.zeros(len(bad.arrays["iou"]), np.float16)
    iou[bad.arrays["probe"]] = [0.25, 0.5, 0.75, 1.0][: len(bad.arrays["probe"])]
    bad = replace(
        bad, arrays={**bad.arrays, "iou": iou, "in_test": np.isin(np.arange(len(iou)), bad.arrays["probe"][:2])}
    )
    assert said("painted_squares", [good, bad])[1].startswith("coordconv on uniform: test 1.000, train 1.000; 1.000 at")
    lead, line = said("painted_squares", [bad])
    assert "best last test IOU, at its final weights" in lead
    rest = (0.75 + (1.0 if len(bad.arrays["probe"]) > 3 else 0)) / (len(iou) - 2)
    assert (
        f"test 0.375, train {IOU.written(float(np.float32(rest)))}; 0.250 at (12, 12) [test], 0.500 at (14, 12) [test]"
        in line
    )
    assert "0.750 at (16, 12) [train]" in line
    assert {"(12, 12) test, IOU 0.250", "(16, 12) train, IOU 0.750"} <= set(texts("painted_squares", [bad]))


def test_the_true_square_is_outlined_where_it_is() -> None:
    """Nine pixels wide around its centre, and four where the centre is the second of four."""
    run = make_rendering(size=(24, 30))
    for reach, width in (((4, 25), 9), ((1, 27), 4)):  # of 30 columns the last centre leaves 4 and 2 after it
        centres = run.arrays["centres"].copy()
        centres[0, 0], centres[-1, 0] = reach
        figure = FIGURES["painted_squares"].draw([replace(run, arrays={**run.arrays, "centres": centres})])
        assert figure is not None
        (box,) = figure.axes[0].patches
        x = centres[run.arrays["probe"][0], 0]
        assert (box.get_x(), box.get_width()) == (x - reach[0] - 0.5, width)  # type: ignore[attr-defined]


def test_regressed_positions() -> None:
    centres = np.array([(1, 1), (2, 1), (3, 1), (4, 1)], dtype=np.int16)
    arrays = {
        "canvas": np.array((3, 6)),
        "centres": centres,
        "in_test": np.array([False, False, False, True]),
        "predicted_xy": centres + np.array([(0, 0.5), (0.25, 0), (0, 0), (3, 4)], dtype=np.float32),
    }
    run = replace(make_regression("conv"), arrays=arrays)
    assert said("regressed_positions", [run]) == [
        "The run of each arm with the median test distance, at its final weights. The median error of a prediction:",
        "conv on uniform: train 0.25 px, test 5 px; 1 of 4 beyond the canvas (seed 0)",
    ]
    assert {"true centres", "conv, seed 0", "train 0.25 px, test 5 px", "1 beyond the canvas"} <= set(
        texts("regressed_positions", [run])
    )
    figure = FIGURES["regressed_positions"].draw([run])
    assert figure is not None
    assert {(axes.get_xlim(), axes.get_ylim()) for axes in figure.axes} == {((-0.5, 5.5), (2.5, -0.5))}


def test_a_network_that_predicts_no_number_is_infinitely_far_off() -> None:
    run = make_regression()
    nowhere = np.full_like(run.arrays["predicted_xy"], np.nan)
    line = said("regressed_positions", [replace(run, arrays={**run.arrays, "predicted_xy": nowhere})])[1]
    assert "train inf px, test inf px; 352 of 352 beyond the canvas" in line


def test_canvases_of_two_sizes_are_two_panels_of_a_map() -> None:
    runs = [make_run(size=size) for size in ((24, 30), (20, 40))]
    assert {"coordconv, tile: channels, 30 × 24", "coordconv, tile: channels, 40 × 20"} <= set(texts("split_map", runs))


def test_the_median_run_is_shown() -> None:
    runs = [make_regression(seed=seed, off=off) for seed, off in enumerate((0.1, 3.0, 0.2))]
    assert "(seed 2)" in said("regressed_positions", runs)[1]


def test_pipeline_matrix() -> None:
    lead, hot, square, place = said("pipeline_matrix", make_pipeline(seeds=1))
    assert lead == "The best that each run ever had of each number; the median over seeds:"
    assert hot == (
        "xy to one-hot: coordconv on uniform 100 %, train 100 % (1 run); "
        "deconv on uniform 86.0 %, train 100 % (1 run); "
        "coordconv on quadrant 100 %, train 100 % (1 run); deconv on quadrant 0 %, train 100 % (1 run)"
    )
    # 0.97 to the power of eight is 0.784.
    assert "coordconv, softmax: no on quadrant 78.4 %, train 100 %, IOU 0.970 (1 run)" in square
    assert place.startswith("one-hot to xy: coordconv on uniform 97.0 %, 0.11 px off (1 run)")


def test_pipeline_matrix_shows_what_was_not_run_and_spans_what_an_axis_does_not_divide() -> None:
    shown = texts("pipeline_matrix", make_pipeline(seeds=3))
    assert shown.count("not run") == 2  # one-hot to xy, of the deconvolution, on both splits
    assert shown.count("softmax: yes") == shown.count("softmax: no") == 1  # two rows of the one stage that has it
    assert shown.count("29.9 %") == 1  # of the deconvolution, which has no softmax: one cell for both rows
    assert shown.count("0.11 px off") == shown.count("uniform") == 2


def test_an_axis_that_every_stage_has_makes_columns() -> None:
    runs = [
        replace(run, record=run.record.model_copy(update={"point": {**run.record.point, "order": order}}))
        for run in make_pipeline(seeds=1)
        if run.arm == "deconv"
        for order in ("before", "after")
    ]
    shown = texts("pipeline_matrix", runs)
    assert shown.count("order: before") == 2  # one a split
    assert shown.count("86.0 %") == 2  # one an order


def test_pipeline_stages_come_in_the_order_of_the_arm_that_has_most() -> None:
    runs = make_pipeline(seeds=1)
    late = [run for run in runs if run.arm == "deconv" and run.record.point["stage"] == "xy to square"]
    stages = [line.split(":")[0] for line in said("pipeline_matrix", late + runs)[1:]]
    assert stages == ["xy to one-hot", "xy to square", "one-hot to xy"]


def test_pipeline_without_an_accuracy_shows_what_was_measured() -> None:
    run = regression_with(5.0, 0.5)
    run = replace(run, record=run.record.model_copy(update={"point": {"stage": "place"}}))
    assert said("pipeline_matrix", [run])[1] == "place: coordconv 0.5 px (1 run)"
    assert "0.5 px" in texts("pipeline_matrix", [run])


def test_comparison() -> None:
    runs = [
        with_history(make_run(arm, split, None, seed), *({"test_accuracy": value} for value in (0.0, top, 0.0)))
        for arm, tops in (("conv", (0.5, 0.0)), ("coordconv", (1.0, 0.75)), ("nothing", (0.0, 0.0)))
        for split, top in zip(("uniform", "quadrant"), tops, strict=True)
        for seed in range(3)
    ]  # fmt: skip
    assert said("comparison", runs) == [
        "The highest test accuracy that each run reached, one dot a run, and the median beside it; the best arm "
        "first, by the mean of its splits:",
        "coordconv: 100 % on uniform (3 runs), 75.0 % on quadrant (3 runs); 7,553 parameters, best after 10 s",
        "conv: 50.0 % on uniform (3 runs), 0 % on quadrant (3 runs); 409,921 parameters, best after 10 s",
        "nothing: 0 % on uniform (3 runs), 0 % on quadrant (3 runs); 409,921 parameters",
    ]
    shown = texts("comparison", runs)
    assert [text for text in shown if text in ("conv", "coordconv", "nothing")] == ["coordconv", "conv", "nothing"]
    assert {"7,553", "10 s", "–", "75.0 %", "uniform split", "quadrant split"} <= set(shown)
    assert "not run" in texts("comparison", [run for run in runs if run.arm == "conv" or run.split == "uniform"])


def test_comparison_of_distances_puts_the_nearest_first() -> None:
    order = [line.split(":")[0] for line in said("comparison", [r for r in make_regressions() if r.arm == "conv"])[1:]]
    assert order == ["conv"]
    runs = [regression_with(5.0, far, arm=arm) for arm, far in (("far", 3.0), ("near", 0.1))]
    assert [line.split(":")[0] for line in said("comparison", runs)[1:]] == ["near", "far"]


def test_a_size_that_differs_between_splits_is_a_range() -> None:
    runs = [make_rendering(split=split, parameters=size) for split, size in (("uniform", 72_850), ("quadrant", 12_914))]
    assert "12,914 to 72,850 parameters" in said("comparison", runs)[1]


def test_success_rates() -> None:
    runs = [
        regression_with(9, far, 9, seed=seed, axes={"relu": relu})
        for relu, distances in (("none", (0.25, 0.5, 1.0)), ("each", (0.5, 1.01, 8.0)))
        for seed, far in enumerate(distances)
    ]
    assert said("success_rates", runs) == [
        "How many seeds ever had a mean test distance of at most 1 pixel, and the median over seeds of the lowest "
        "each had:",
        "coordconv, relu: none on uniform: 3 of 3; 0.5 px (0.25 px to 1 px)",
        "coordconv, relu: each on uniform: 1 of 3; 1.01 px (0.5 px to 8 px)",
    ]
    assert {"3 of 3", "1 of 3", "relu: none", "distance ≤ 1 px"} <= set(texts("success_rates", runs))


@pytest.mark.parametrize(
    ("measures", "quantity"),
    [
        (("test_accuracy",), ACCURACY),
        (("test_accuracy", "test_euclidean"), DISTANCE),
        (("test_accuracy", "test_iou"), IOU),
        (("test_accuracy", "test_euclidean", "test_cross_entropy"), ACCURACY),
        (("test_accuracy", "test_euclidean", "test_cross_entropy", "test_iou"), ACCURACY),
        ((), ACCURACY),
    ],
)
def test_a_run_is_judged_by_what_it_measured(measures: tuple[str, ...], quantity: object) -> None:
    run = with_history(make_run(), dict.fromkeys(measures, 0.5))
    assert headline(run.record) is quantity


def test_runs_of_several_tasks_are_compared_by_what_all_measure() -> None:
    runs = [make_rendering(), make_regression()]
    quantity, measured = foremost(runs)
    assert quantity is ACCURACY
    assert measured == runs
    assert foremost([]) == (ACCURACY, [])


def test_a_value_that_is_no_number_counts_as_none() -> None:
    record = regression_with(5.0, float("nan"), 3.0, float("nan")).record
    assert (DISTANCE.best(record), DISTANCE.final(record), DISTANCE.seconds_to_best(record)) == (3.0, 3.0, 20.0)


def test_options_are_told_where_an_arms_runs_differ() -> None:
    runs = make_pipeline(seeds=1)
    told = dict(zip(kinds(runs, besides=["stage"]), choices(runs, besides=["stage"]), strict=True))
    assert told == {
        "coordconv": {},
        "deconv": {},
        "coordconv, softmax: yes": {"softmax": "yes"},
        "coordconv, softmax: no": {"softmax": "no"},
    }
    assert set(kinds(make_for("split_map"))) == {"coordconv, tile: channels", "coordconv, tile: plane", "deconv"}
