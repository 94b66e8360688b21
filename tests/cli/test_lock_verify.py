"""`specit lock --verify`: how it ends."""

from __future__ import annotations

from pathlib import Path


def test_from_the_command_line(specit, tmp_path):
    """0, 1 and 2, whatever `specit lock` wrote."""
    spec = Path(__file__).parents[1] / "small.yaml"
    path = tmp_path / "lock.json"
    assert specit("lock", spec, "--arm", "dense", "--where", "split=quadrant", "-o", path).code == 0
    code, out, _ = specit("lock", spec, "--verify", path)
    assert code == 0
    assert out.endswith("lock.json: the same, dense · split=quadrant\n")
    path.write_text(path.read_text().replace('"lr": 0.02', '"lr": 0.2'))
    code, out, _ = specit("lock", spec, "--verify", path)
    assert code == 1
    assert "optimizer.Adam.lr: 0.2 in the file, 0.02 now" in out
    assert specit("lock", spec, "--verify", tmp_path / "none.json").code == 2
    assert specit("lock", spec, "--verify", path, "--arm", "dense").code == 2
