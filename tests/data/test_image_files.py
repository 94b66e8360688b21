"""Pictures from the data folder: files, and LSUN's database as it is handed out."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from specit.data import image_files
from specit.data.folder import MissingDataError
from specit.errors import SpecItError
from specit.spec.datasets import Everything, Fraction, ImageFolder, Lsun

PREPARED: dict[str, Any] = {"size": (8, 8), "resize": "box", "colours": "rgb", "range": (-1.0, 1.0)}
WHOLE = Everything()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SPECIT_DATA", str(tmp_path))
    return tmp_path


def coloured(seed: int, size: tuple[int, int] = (32, 24)) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8))


def encoded(picture: Image.Image, form: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **({"lossless": True} if form == "webp" else {}))
    return buffer.getvalue()


def test_files_come_in_the_order_of_their_paths_from_the_middle(folder: Path) -> None:
    (folder / "photos" / "b").mkdir(parents=True)
    for name, seed in (("b/first.png", 1), ("a.PNG", 0), ("c.bmp", 2)):
        coloured(seed).save(folder / "photos" / name, name[-3:])
    (folder / "photos" / "notes.txt").write_text("no picture")
    made = image_files.pictures(ImageFolder(folder="photos", **PREPARED), WHOLE)
    assert made.bytes.shape == (3, 3, 8, 8)
    for place, seed in enumerate((0, 1, 2)):
        square = np.asarray(coloured(seed), float)[4:28]  # 24 × 24 in the middle of 32 × 24
        means = square.reshape(8, 3, 8, 3, 3).mean((1, 3)).transpose(2, 0, 1)
        assert abs(made.bytes[place] - means).max() <= 1
    assert (made.low, made.high, len(made.test)) == (-1.0, 1.0, 0)
    first = image_files.pictures(ImageFolder(folder="photos", images=2, **PREPARED), Fraction(test=0.5, seed=0))
    assert (first.bytes == made.bytes[:2]).all()
    assert len(first.test) == 1


def test_lsun_is_read_as_it_is_handed_out(folder: Path) -> None:
    lmdb = pytest.importorskip("lmdb")
    with lmdb.open(str(folder / "bedroom_train_lmdb"), map_size=2**22) as database, database.begin(write=True) as write:
        for seed, key in enumerate((b"ff01", b"0a02", b"7b03")):
            write.put(key, encoded(coloured(seed), "webp"))
    stated = Lsun(category="bedroom", part="train", **PREPARED)
    made = image_files.pictures(stated, WHOLE)
    (folder / "same").mkdir()
    for place, seed in enumerate((1, 2, 0)):  # by key
        coloured(seed).save(folder / "same" / f"{place}.png")
    assert (made.bytes == image_files.pictures(ImageFolder(folder="same", **PREPARED), WHOLE).bytes).all()

    with lmdb.open(str(folder / "bedroom_train_lmdb"), map_size=2**22) as database, database.begin(write=True) as write:
        write.put(b"7b03", encoded(coloured(0), "webp")[:40])
    with pytest.raises(SpecItError, match="bedroom_train_lmdb, entry 7b03 is no picture that can be read"):
        image_files.pictures(stated, WHOLE)


def test_what_is_missing_is_said_with_its_place(folder: Path) -> None:
    with pytest.raises(MissingDataError) as missing:
        image_files.pictures(Lsun(category="bedroom", part="train", **PREPARED), WHOLE)
    assert str(folder / "bedroom_train_lmdb") in missing.value.message
    assert "unpacked folder with data.mdb" in missing.value.message
    assert "SPECIT_DATA" in missing.value.message


def test_bad_pictures_are_named(folder: Path) -> None:
    (folder / "photos").mkdir()
    stated = ImageFolder(folder="photos", **PREPARED)
    with pytest.raises(SpecItError, match=r"photos holds 0 pictures, and at least one is needed"):
        image_files.pictures(stated, WHOLE)
    coloured(0).convert("L").save(folder / "photos" / "grey.png")
    with pytest.raises(SpecItError, match=r"grey.png is grey, and the spec states colours: rgb"):
        image_files.pictures(stated, WHOLE)
    grey = ImageFolder(folder="photos", **(PREPARED | {"colours": "grey"}))
    assert image_files.pictures(grey, WHOLE).bytes.shape == (1, 1, 8, 8)
    with pytest.raises(SpecItError, match=r"photos holds 1 pictures, and 5 are stated"):
        image_files.pictures(ImageFolder(folder="photos", images=5, **(PREPARED | {"colours": "grey"})), WHOLE)
    (folder / "photos" / "cut.png").write_bytes(encoded(coloured(0), "png")[:60])
    with pytest.raises(SpecItError, match=r"cut.png is no picture that can be read"):
        image_files.pictures(grey, WHOLE)


def test_a_database_that_is_none(folder: Path) -> None:
    pytest.importorskip("lmdb")
    (folder / "bedroom_val_lmdb").mkdir()
    (folder / "bedroom_val_lmdb" / "data.mdb").write_bytes(b"not a database" * 1000)
    with pytest.raises(SpecItError, match="is no LMDB database that can be read"):
        image_files.pictures(Lsun(category="bedroom", part="val", **PREPARED), WHOLE)
