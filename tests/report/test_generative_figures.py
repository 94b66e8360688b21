"""What is shown of runs that make pictures: which run, what its caption counts, and whether a page can play it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.report.made_up_runs import make_generative, make_generatives, make_run, two_squares

from specit.report import FIGURES, Run, drawn
from specit.report.content import RunRow
from specit.report.figures.shown import in_rows, shown
from specit.report.quantities import ACCURACY, ELBO, MMD, WHOLE, headline

NAMES = ["average_pictures", "latent_paths", "object_places", "sample_grid"]


def said(name: str, *runs: Run) -> list[str]:
    return FIGURES[name].caption(runs).split("\n")


def texts(name: str, *runs: Run) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)", drawn(name, runs, title="T", says="S", command="c").svg)


def with_arrays(run: Run, **arrays: object) -> Run:
    kept = {**run.arrays, **arrays}
    return replace(run, arrays={name: array for name, array in kept.items() if array is not None})  # type: ignore[misc]


def images(name: str, *runs: Run) -> list[np.ndarray]:
    figure = FIGURES[name].draw(runs)
    assert figure is not None
    return [np.asarray(axes.images[0].get_array()) for axes in figure.axes if axes.images]


def test_of_every_kind_the_run_of_median_quality_is_shown() -> None:
    runs = [make_generative("conv", seed=seed, whole=whole) for seed, whole in enumerate((0.5, 0.9, 0.7, 0.6))]
    runs += [make_generative("coordconv", seed=7, whole=1.0)]
    assert said("sample_grid", *runs) == [
        "The first 9 pictures, real and of each run, 30 × 24 pixels. Of each kind the run of median quality, as it "
        "ended:",
        "conv on uniform: share of whole pictures 60.0 % (seed 3, the median of 4 runs)",
        "coordconv on uniform: share of whole pictures 100 % (seed 7, the only run)",
    ]
    for name in NAMES:
        assert {"conv on uniform, seed 3", "coordconv on uniform, seed 7"} <= set(texts(name, *runs))
        assert ("real pictures" in texts(name, *runs)) is (name != "latent_paths")
    real, worse, better = images("sample_grid", *runs)
    assert real.shape == worse.shape == better.shape
    x, y = 1, 1  # within the first picture, whose line is one pixel
    np.testing.assert_array_equal(worse[y : y + 24, x : x + 30, :3], np.moveaxis(runs[3].arrays["samples"][0], 0, -1))
    np.testing.assert_array_equal(
        real[y : y + 24, x : x + 30, :3], np.moveaxis(runs[3].arrays["real_samples"][0], 0, -1)
    )


def test_options_are_told_apart_and_what_learned_from_other_pictures_has_its_own_real_ones() -> None:
    one, two = (make_generative(axes={"scene": scene}) for scene in ("one", "two"))
    assert {"coordconv, scene: one on uniform, seed 0"} <= set(texts("latent_paths", one, two))
    assert texts("average_pictures", one, two).count("real pictures") == 1
    other = with_arrays(two, real_samples=255 - two.arrays["real_samples"])
    assert texts("average_pictures", one, other).count("real pictures") == 2
    assert [len(group) for group in shown([one, other], "samples")] == [1, 1]


def test_missing_objects_are_counted_and_not_drawn() -> None:
    of_made = {"position_coverage": 0.5, "position_divergence": 0.25}
    of_real = {"real_position_coverage": 0.75, "real_position_divergence": 0.1}
    run = make_generative(whole=0.9, made=40, measures=of_made | of_real)
    assert said("object_places", run) == [
        "Where the objects of 40 pictures are; below, the place of each further object minus the first's:",
        "coordconv on uniform: 4 of 80 objects missing; 50.0 % of the cells reached (real 75.0 %); "
        "divergence 0.25 bits (real 0.1) (seed 0, the only run)",
    ]
    figure = FIGURES["object_places"].draw([run])
    assert figure is not None
    real, made, between, made_between = figure.axes
    assert "no object missing" in said("object_places", make_generative(whole=1.0))[1]
    assert made.get_xlabel() == "4 of 80 objects missing"
    assert real.get_xlabel() == ""
    assert between.get_title(loc="left") == "red minus blue"
    for axes, expected in ((real, run.arrays["real_places"]), (made, run.arrays["places"])):
        for place, drawn_as in enumerate(axes.collections):
            found = np.ma.filled(drawn_as.get_offsets(), np.nan)
            np.testing.assert_allclose(found, expected[:, place])
        assert len(axes.collections) == 2
    differences = run.arrays["places"][:, 1] - run.arrays["places"][:, 0]
    found = np.ma.filled(made_between.collections[0].get_offsets(), np.nan)
    np.testing.assert_allclose(found, differences)
    assert (made.get_xlim(), made.get_ylim()) == ((-0.5, 29.5), (23.5, -0.5))
    assert (made_between.get_xlim(), made_between.get_ylim()) == ((-29.5, 29.5), (23.5, -23.5))


def test_one_object_has_no_difference_and_its_own_colour() -> None:
    run = make_generative(whole=1.0)
    alone = with_arrays(run, places=run.arrays["places"][:, 1:], real_places=run.arrays["real_places"][:, 1:])
    figure = FIGURES["object_places"].draw([alone])
    assert figure is not None
    assert len(figure.axes) == 2
    assert "red" in texts("object_places", alone)
    assert "blue" not in texts("object_places", alone)


def test_objects_of_no_known_colour_are_numbered() -> None:
    run = make_generative(whole=1.0)
    shades = with_arrays(run, real_samples=run.arrays["real_samples"] // 2)
    assert {"object 1", "object 2", "object 2 minus object 1"} <= set(texts("object_places", shades))


def test_where_nobody_knows_of_objects_their_places_are_not_drawn() -> None:
    photo = with_arrays(make_generative(measures={"mmd2": 0.125}), places=None, real_places=None)
    assert FIGURES["object_places"].draw([photo]) is None
    assert said("sample_grid", photo)[1] == "coordconv on uniform: squared MMD 0.125 (seed 0, the only run)"
    assert "no object" not in FIGURES["latent_paths"].caption([photo])


def test_the_contrast_of_averages_is_stretched_alike() -> None:
    run = make_generative()
    real, made = np.full((3, 24, 30), 250, np.uint8), np.full((3, 24, 30), 225, np.uint8)
    real[:, 0, 0], made[:, 0, 0], made[:, 0, 1] = 200, 255, 10
    run = with_arrays(run, real_average=real, average=made)
    of_real, of_made = images("average_pictures", run)
    assert [of_real[0, 0, 0], of_real[1, 1, 0]] == [0, 255]
    assert [of_made[0, 0, 0], of_made[0, 1, 0], of_made[1, 1, 0]] == [255, 0, 128]
    assert any("200 to 250 (of 255)" in text for text in texts("average_pictures", run))
    apart = (55 + 240 + 25 * (24 * 30 - 2)) / (24 * 30)
    assert f"off by {apart:.1f} " in said("average_pictures", run)[1]


def test_an_even_average_is_no_division_by_zero() -> None:
    run = make_generative()
    even = np.full((3, 24, 30), 200, np.uint8)
    assert images("average_pictures", with_arrays(run, real_average=even, average=even))


def test_paths_say_how_objects_move_where_that_is_known() -> None:
    measures = {
        "samples_whole": 0.5,
        "path_step": 1.254,
        "path_teleports": 0.02,
        "path_cross_fade": 0.4,
        "path_dissolve": 0.25,
    }
    assert said("latent_paths", make_generative(measures=measures)) == [
        "4 straight paths through the latent space, 5 pictures each:",
        "coordconv on uniform: share of whole pictures 50.0 %; objects move 1.3 pixels a step; teleports 2.0 %; "
        "cross-fading 40.0 %; dissolving 25.0 % (seed 0, the only run)",
    ]


def test_only_the_first_paths_stand_still_but_all_of_them_move() -> None:
    run = make_generative()
    many = with_arrays(run, paths=np.tile(run.arrays["paths"], (3, 1, 1, 1, 1)))
    (strip,) = images("latent_paths", many)
    assert strip.shape[:2] == (4 * 25 + 1, 5 * 31 + 1)
    assert (
        said("latent_paths", many)[0] == "The first 4 of 12 straight paths through the latent space, 5 pictures each:"
    )
    (animation,) = drawn("latent_paths", [many], title="T", says="S", command="c").animations
    assert animation.size == (8 * 31 + 1, 2 * 25 + 1)


def test_a_film_for_every_run_that_is_shown_and_none_for_other_figures() -> None:
    runs = make_generatives()
    figure = drawn("latent_paths", runs, title="T", says="S", command="c")
    assert [one.title for one in figure.animations] == [
        f"{arm} on {split}, seed 1" for arm in ("conv", "coordconv") for split in ("uniform", "quadrant")
    ]
    again = drawn("latent_paths", runs, title="T", says="S", command="c")
    assert again == figure
    assert drawn("sample_grid", runs, title="T", says="S", command="c").animations == ()
    assert drawn("latent_paths", [make_run()], title="T", says="S", command="c").animations == ()


@pytest.mark.parametrize("name", NAMES)
def test_grey_pictures_are_drawn(name: str) -> None:
    run = make_generative()
    arrays = {key: array[..., :1, :, :] for key, array in run.arrays.items() if "places" not in key}
    assert drawn(name, [with_arrays(run, **arrays)], title="T", says="S", command="c").svg


def test_large_pictures_are_drawn_small_and_the_caption_says_so() -> None:
    run = make_generative(size=(200, 130), made=4)
    assert "130 × 200 (drawn at 1/4 of that) pixels" in said("sample_grid", run)[0]
    assert max(images("latent_paths", run)[0].shape) < 4 * (52 + 2)


def test_a_run_that_measured_nothing_is_drawn_all_the_same() -> None:
    run = make_generative(measures={})
    for name in NAMES:
        assert drawn(name, [run], title="T", says="S", command="c").svg
    assert said("sample_grid", run)[1] == "coordconv on uniform (seed 0, the only run)"


def test_rows_are_as_even_as_can_be() -> None:
    assert [list(map(len, in_rows(range(number), 4))) for number in (1, 4, 5, 6, 9)] == [
        [1],
        [4],
        [3, 2],
        [3, 3],
        [3, 3, 3],
    ]


@pytest.mark.parametrize(
    ("measures", "quantity"),
    [
        ({"mmd2": 0.5, "precision": 0.1}, MMD),
        ({"mmd2": 0.5, "samples_whole": 0.1}, WHOLE),
        ({"mmd2": 0.5, "samples_whole": 0.1, "test_elbo": -12.0}, ELBO),
        ({"generator_loss": 1.0}, ACCURACY),
    ],
)
def test_what_makes_pictures_is_judged_by_what_is_known_of_them(measures: dict[str, float], quantity: object) -> None:
    assert headline(make_generative(measures=measures).record) is quantity


def test_a_row_says_what_real_pictures_get_beside_what_was_made() -> None:
    row = RunRow.of(make_generative(measures={"precision": 0.5, "real_precision": 0.95, "mmd2": 0.25}).record)
    assert row.final == {"precision": "50 % (real 95 %)", "squared MMD": "0.25 squared distance"}
    assert (row.judged_by, row.best, row.last) == ("squared MMD", "0 squared distance", "0.25 squared distance")


def test_a_bound_below_zero_has_its_place_in_a_comparison() -> None:
    runs = [
        make_generative(arm, measures={"test_elbo": bound}) for arm, bound in (("conv", -260.5), ("coordconv", -230.0))
    ]
    runs = [replace(run, record=run.record.model_copy(update={"history": run.record.history[-1:]})) for run in runs]
    for name in ("comparison", "best_against_parameters"):
        assert any("test ELBO (nats)" in text for text in texts(name, *runs))
        figure = FIGURES[name].draw(runs)
        assert figure is not None
        lines = [line for axes in figure.axes for line in axes.lines]
        drawn_at = {float(value) for line in lines for value in (*line.get_xdata(), *line.get_ydata())}  # type: ignore[union-attr]
        assert {-260.5, -230.0} <= drawn_at
    assert said("comparison", *runs)[1].startswith("coordconv: -230 nats on uniform (1 run)")


def test_squares_are_where_they_should_be() -> None:
    """What the tests above rest on."""
    (picture,) = two_squares(np.array([[[5.0, 6.0], [np.nan, np.nan]]]), (12, 12))
    assert (picture[0] == 0).sum() == 25
    assert picture[:, 6, 5].tolist() == [0, 0, 255]
