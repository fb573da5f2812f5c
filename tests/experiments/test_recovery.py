"""A store that was cut short or damaged: what can be read of it is kept, and nothing wrong is."""

from __future__ import annotations

import os
import shutil
import warnings

import numpy as np
import pytest

from experiments.stores import bits, key, numbers, opened
from sim.errors import DamageWarning, Refused
from sim.experiments.keys import Run
from sim.experiments.store import FILE

POLICIES, EACH = "abcdef", 600


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A store of six policies, and their numbers."""
    folder = tmp_path_factory.mktemp("whole")
    given = {name: numbers(EACH, seed) for seed, name in enumerate(POLICIES)}
    with opened(folder) as store:
        for name, rows in given.items():
            store.put([Run(key(name), number) for number in range(EACH)], rows)
        store.remember({b"point": key("a")})
    return folder, given


def kept_of(folder, given) -> int:
    """How many runs a store holds after it was opened to write; each as it was stored."""
    with opened(folder) as store:
        kept = 0
        for name, rows in given.items():
            replications, found = store.of(key(name), EACH)
            assert bits(found) == bits(rows[replications])
            kept += len(replications)
        assert store.damaged == 0
    return kept


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_of_a_store_that_was_cut_short_the_sound_runs_are_kept(tmp_path, whole, share):
    source, given = whole
    folder = shutil.copytree(source, tmp_path / "cut")
    size = (folder / FILE).stat().st_size
    os.truncate(folder / FILE, int(share * size))
    cut = (folder / FILE).read_bytes()
    with pytest.warns(DamageWarning, match=r"was cut short \(.* bytes are there\): ") as told:
        kept = kept_of(folder, given)
    assert int((share - 0.15) * EACH * len(POLICIES)) <= kept < EACH * len(POLICIES)
    assert f": {kept:,} runs in it are as they were stored, and kept" in str(told[0].message)
    assert (folder / f"{FILE}.damaged").read_bytes() == cut
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert kept_of(folder, given) == kept
    with opened(folder) as store:
        for name, rows in given.items():
            store.put([Run(key(name), number) for number in range(EACH)], rows)
    assert kept_of(folder, given) == EACH * len(POLICIES)


@pytest.mark.parametrize("page", [8, 15, 22])
def test_of_a_store_with_a_damaged_page_the_sound_runs_are_kept(tmp_path, whole, page):
    source, given = whole
    folder = shutil.copytree(source, tmp_path / "page")
    content = bytearray((folder / FILE).read_bytes())
    content[4096 * page : 4096 * (page + 1)] = b"\xa5" * 4096
    (folder / FILE).write_bytes(content)
    with pytest.warns(DamageWarning, match="is damaged"):
        kept = kept_of(folder, given)
    assert EACH * len(POLICIES) // 2 < kept < EACH * len(POLICIES)


def test_a_damaged_store_whose_fault_sqlite_tells_in_what_is_no_text_is_refused_in_words(
    tmp_path, whole
):
    folder = shutil.copytree(whole[0], tmp_path / "schema")
    content = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(
        content.replace(b"CREATE TABLE versions", b"CREATE\xfaTABLE versions")
    )
    with pytest.warns(DamageWarning, match="is damaged"):
        kept_of(folder, whole[1])
    (folder / FILE).write_bytes(
        content.replace(b"CREATE TABLE versions", b"CREATE\xfaTABLE versions")
    )
    with pytest.raises(Refused, match="or a damaged one"):
        opened(folder, write=False)


def test_a_second_damaged_file_does_not_take_the_place_of_the_first(tmp_path, whole):
    source, given = whole
    folder = shutil.copytree(source, tmp_path / "twice")
    for name in (f"{FILE}.damaged", f"{FILE}.damaged-2"):
        os.truncate(folder / FILE, (folder / FILE).stat().st_size - 4096)
        with pytest.warns(DamageWarning, match=f"kept as {name}$"):
            kept_of(folder, given)
        assert (folder / name).exists()


def test_what_a_writer_left_in_the_log_beside_a_whole_file_is_no_damage(tmp_path):
    with opened(tmp_path) as store:
        store.put([Run(key("a"), 0)], np.ones((1, 3)))
        (tmp_path / "killed").mkdir()
        for name in (FILE, f"{FILE}-wal"):
            shutil.copy(tmp_path / name, tmp_path / "killed" / name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with opened(tmp_path / "killed") as store:
            assert store.stored(key("a")) == {0}
