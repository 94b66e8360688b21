"""Files that are meant to hang, to fill the memory or to run code end in one sentence, soon and small.

They are read in a process of their own, which may have no more memory than the bound, and says what came of each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specit.errors import SpecItError
from specit.spec.choices import fewest_points
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.tree import plain

MEMORY = 600_000_000
SECONDS = 15.0
HEAD = "specit: 1\ntitle: t\n"
NETWORK = "arms: {a: {network: [{Input: {shape: [2]}}, %s]}}\n"


def network(entry: str, before: str = "") -> str:
    return HEAD + before + NETWORK % entry


LAUGHS = "".join(f"  b{i + 1}: {{layers: [{', '.join([f'b{i}'] * 10)}]}}\n" for i in range(12))
DOUBLED = "".join(f"  b{i + 1}: {{with: [k], layers: [{{b{i}: {{k: $(2 * k)}}}}, ReLU]}}\n" for i in range(30))
SCALES = ", ".join(f"{{Scale: {{factor: {{name: a{i}, sweep: [1, 2, 3, 4, 5]}}}}}}" for i in range(30))

# name: the file, and what is said of it
FILES: dict[str, tuple[str | bytes, str]] = {
    "a bomb of anchors": ("a: &a [x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(60)), "Anchors and aliases"),
    "a merge key": (HEAD + "x: &x {a: 1}\ny: {<<: *x}\n", "Anchors and aliases are not part of a spec"),
    "open brackets": (HEAD + "arms: " + "[" * 100_000, "s.yaml:3: The spec nests deeper than 40 levels."),
    "brackets": (HEAD + "arms: " + "[" * 20_000 + "]" * 20_000, "s.yaml:3: The spec nests deeper than 40 levels."),
    "braces": (HEAD + "arms: " + "{a: " * 20_000, "s.yaml:3: The spec nests deeper than 40 levels."),
    "indented": (HEAD + "".join(" " * i + "k:\n" for i in range(1_200)), "s.yaml:44: The spec nests deeper than 40"),
    "dashes": (HEAD + "x:\n  " + "- " * 200_000, "The spec nests deeper than 40 levels."),
    "question marks": ("? " * 200_000, "The spec nests deeper than 40 levels."),
    "many values": (HEAD + "about: [" + "1," * 400_000 + "]\n", "s.yaml:3: The spec holds more than 100,000 values."),
    "a long number": (HEAD + f"seeds: {'9' * 500_000}\n", "The number 999999999999… is too large."),
    "a large number": (HEAD + "seeds: 1.0e+999999999\n", "The number 1.0e+999999999 is too large."),
    "a long line": (HEAD + f"arms: {'x' * 900_000}\n", "arms must be a mapping (key: value), not the text 'xxx"),
    "a long tag": ("!" * 300_000, "Unknown tag '!!!"),
    "a long name": (network(f"{{{'y' * 900}: 1}}"), "Unknown layer or block 'yyy"),
    "UTF-16": (HEAD.encode("utf-16"), "s.yaml:1: The file is not UTF-8 text."),
    "UTF-16 without a mark": (HEAD.encode("utf-16-le"), "s.yaml:1: The character U+0000 is not allowed."),
    "UTF-32": (HEAD.encode("utf-32"), "s.yaml:1: The file is not UTF-8 text."),
    "Latin-1": (HEAD.encode() + "about: café\n".encode("latin-1"), "s.yaml:3: The file is not UTF-8 text."),
    "a NUL": (HEAD + "about: a\x00b\n", "s.yaml:3: The character U+0000 is not allowed."),
    "a call": (HEAD + "about: !!python/object/apply:os.mkdir [pwned]\n", "Unknown tag '!!python/object/apply:os."),
    "an object": (HEAD + "about: !!python/object/new:os.mkdir [pwned]\n", "Unknown tag '!!python/object/new:os.mkdir'"),
    "a verbatim tag": (HEAD + "about: !<tag:yaml.org,2002:python/name:os.mkdir> x\n", "Unknown tag '!<tag:yaml.org'"),
    "a tag by directive": (
        f"%TAG ! tag:yaml.org,2002:python/object/apply:\n---\n{HEAD}about: !os.mkdir [pwned]\n",
        "Unknown tag '!os.mkdir'",
    ),
    "a key twice": (HEAD + "about: {a: 1, b: {c: 1, c: 2}}\n", "s.yaml:3: The key 'c' stands twice (first on line 3)."),
    "two documents": (HEAD + "---\n" + HEAD, "Not valid YAML: but found another document."),
    "a block of itself": (network("a", "blocks: {a: {layers: [a, a]}}\n"), "s.yaml:3: The block a contains itself."),
    "a cycle": (network("a", "blocks: {a: {layers: [b]}, b: {layers: [c]}, c: {layers: [a]}}\n"), "contains itself."),
    "blocks of blocks": (
        network("b12", f"blocks:\n  b0: {{layers: [ReLU, ReLU]}}\n{LAUGHS}"),
        "The network unfolds to more than 20,000 layers.",
    ),
    "formulas of formulas": (
        network("{b30: {k: 999}}", "blocks:\n  b0: {with: [k], layers: [{Scale: {factor: $k}}]}\n" + DOUBLED), "",
    ),
    "repeats of repeats": (
        network("{repeat: {times: 1000, layers: [" * 5 + "ReLU" + "]}}" * 5), "unfolds to more than 20,000 layers.",
    ),
    "a long repeat": (network("{repeat: {times: 999999999999, layers: [ReLU]}}"), "more than 20,000 layers."),
    "a long repeat of nothing": (network("{repeat: {times: 999999999999, layers: []}}"), "repeat needs at least one"),
    "sweeps": (network(SCALES), "The choices of s make more than 20,000 points."),
    "a long sweep": (
        network(f"{{Scale: {{factor: {{sweep: [{', '.join(map(str, range(20_000)))}]}}}}}}"),
        "s.yaml:3: A choice has at most 1,000 options, and this one has 20,000.",
    ),
    "a title that is none": ("specit: 1\ntitle: {a: b}\n" + NETWORK % "ReLU", "The title must be text, not a mapping."),
    "a huge layer": (network(f"{{Linear: {{in_features: 2, out_features: {10**17}}}}}"), ""),
}  # fmt: skip

READ = """
import json, resource, sys, time
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
from specit.errors import SpecItError
from specit.spec.document import read_spec
for name in sys.argv[2:]:
    started, said = time.process_time(), ""
    try:
        read_spec(Path(name, "s.yaml")).every_point
    except SpecItError as error:
        said = str(error)
    except BaseException as error:
        said = f"{type(error).__name__}!"
    print(json.dumps([time.process_time() - started, said]))
"""


def read_apart(folders: list[Path], memory: int = MEMORY) -> list[tuple[float, str]]:
    """Read the spec in each folder, in a process of its own that has so much memory and no more."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", READ, str(memory), *map(str, folders)],
        capture_output=True, text=True, check=False, cwd=folders[0].parent, env=environment,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return [tuple(json.loads(line)) for line in ran.stdout.splitlines()]


def folder(above: Path, name: str, data: str | bytes) -> Path:
    made = above / name
    made.mkdir()
    (made / "s.yaml").write_bytes(data.encode() if isinstance(data, str) else data)
    return made


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, str]]:
    above = tmp_path_factory.mktemp("hostile")
    folders = [folder(above, name, data) for name, (data, _) in FILES.items()]
    found = dict(zip(FILES, read_apart(folders), strict=True))
    assert not list(above.rglob("pwned"))
    return found


@pytest.mark.parametrize("name", FILES)
def test_it_ends_soon_in_one_short_sentence(said: dict[str, tuple[float, str]], name: str) -> None:
    seconds, sentence = said[name]
    words = FILES[name][1]
    assert words in sentence
    assert bool(sentence) == bool(words)
    assert "\n" not in sentence
    assert len(sentence) < 1_500
    assert seconds < SECONDS


def test_the_bound_of_memory_bites(tmp_path: Path) -> None:
    """A file within the bounds does not fit into less than reading it takes."""
    text = network("ReLU", f'about: "{"x" * 100}"\nblocks: {{b: {{layers: [{"ReLU, " * 60_000}]}}}}\n')
    ((_, sentence),) = read_apart([folder(tmp_path, "large", text)], memory=90_000_000)
    assert "MemoryError" in sentence


def test_just_enough_values_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "{a: [1, 2],\n b: 3}"  # itself, two keys, a list and three numbers: 7
    monkeypatch.setattr("specit.spec.load.MAX_VALUES", 7)
    assert plain(parse(text)) == {"a": [1, 2], "b": 3}
    monkeypatch.setattr("specit.spec.load.MAX_VALUES", 6)
    with pytest.raises(SpecItError, match="<text>:2: The spec holds more than 6 values"):
        parse(text)


def test_the_fewest_points_are_no_more_than_there_are() -> None:
    nested = "{each: {x: {Scale: {factor: {name: c, sweep: [1, 2]}}}, y: ReLU}}"
    spec = Spec("s", parse(network(f"{{Scale: {{factor: {{name: b, sweep: [1, 2, 3]}}}}}}, {nested}")))
    assert len(spec.plan(everything=True)) == 3 * (2 + 1)
    assert fewest_points(spec.stated("a"), lambda axis: list(axis.options)) == 3 * 2


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), max_size=8)
TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**16), 10**16)
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(TREES)
def test_what_is_dumped_is_loaded(tree: Any) -> None:
    """JSON is YAML: what a program dumps comes back as it was."""
    assert plain(parse(json.dumps(tree, ensure_ascii=False))) == tree
    assert plain(parse(json.dumps(tree, ensure_ascii=False, indent=1))) == tree
