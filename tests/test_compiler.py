"""Compiling in one piece: machine code is made once, and where numba is not as expected the plain
way does as well."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import pytest
from numba.core.codegen import JITCodeLibrary, JITCPUCodegen
from numba.core.registry import cpu_target

from sim import compiler, linking
from sim.kernel.reference import refer


class _Record(NamedTuple):
    xs: np.ndarray
    weight: float
    wanted: bool
    ks: np.ndarray


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """A compiled function that calls two others, none of them compiled before; as a record: what it
    should return."""

    def largest(record):
        return max(record.xs[0], record.xs[1])

    def weighted(record, k):
        return largest(record) * record.weight + record.ks[k] + (1.0 if record.wanted else 0.0)

    def outermost(record):
        referred = refer(record)
        return weighted(referred, 0) + weighted(referred, 1) + largest(referred)

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(compiler, "_marked", [largest, weighted])
    monkeypatch.setattr(compiler, "_registered", 0)
    return compiler.entry_point(outermost)


def _record():
    return _Record(np.array([2.0, 3.0]), 10.0, True, np.array([5, 7]))


RIGHT = 30.0 + 5.0 + 1.0 + 30.0 + 7.0 + 1.0 + 3.0


@pytest.fixture
def pieces(monkeypatch):
    """The libraries that were made machine code of."""
    made = []
    finalize = JITCodeLibrary._finalize_specific

    def counted(library):
        made.append(library)
        finalize(library)

    monkeypatch.setattr(JITCodeLibrary, "_finalize_specific", counted)
    return made


def _untouched():
    generator = cpu_target.target_context.codegen()
    return not {"set_env", "_library_class"} & set(vars(generator)) and gc.isenabled()


@pytest.mark.skipif(
    numba.version_info.short < (0, 62), reason="numba 0.61 optimises in another way: the plain one"
)
def test_machine_code_is_made_of_the_outermost_function_only(fresh, pieces):
    assert fresh(_record()) == RIGHT
    assert [
        library for library in pieces if ("largest" in library.name or "weighted" in library.name)
    ] == []
    assert sum("outermost" in library.name for library in pieces) == 1
    assert _untouched()


def test_arguments_of_other_types_are_compiled_for_as_well(fresh):
    assert fresh(_record()) == RIGHT
    assert fresh(_record()._replace(weight=10, xs=np.array([2, 3]))) == RIGHT
    assert fresh(_record()) == RIGHT


def _name_is_gone(monkeypatch):
    monkeypatch.setattr(linking, "_METHODS", [*linking._METHODS, "gone_in_this_version"])


def _finalize_takes_more(monkeypatch):
    class Changed(linking._deferred()):
        def finalize(self, how):
            raise AssertionError

    monkeypatch.setattr(linking, "_deferred", lambda: Changed)


def _linking_fails(monkeypatch):
    class Changed(linking._deferred()):
        def _needed(self):
            return []

    monkeypatch.setattr(linking, "_deferred", lambda: Changed)


def _wrong_numbers(monkeypatch):
    monkeypatch.setattr(linking, "_small", lambda: lambda x: 41.0)


def _somebody_elses(monkeypatch):
    class Other(JITCodeLibrary):
        pass

    monkeypatch.setattr(JITCPUCodegen, "_library_class", Other)


def _module_is_gone(monkeypatch):
    gone = {"JITCodeLibrary": "numba.core.codegen.moved"}
    monkeypatch.setattr(linking, "_INTERNALS", linking._INTERNALS | gone)


CHANGES = [
    _module_is_gone,
    _name_is_gone,
    _finalize_takes_more,
    _linking_fails,
    _wrong_numbers,
    _somebody_elses,
]


@pytest.mark.parametrize("change", CHANGES)
def test_where_numba_is_not_as_expected_the_plain_way_gives_the_same(
    fresh, pieces, monkeypatch, change
):
    change(monkeypatch)
    assert fresh(_record()) == RIGHT
    inner = {
        name for name in ("largest", "weighted") if any(name in library.name for library in pieces)
    }
    assert inner == {"largest", "weighted"}
    assert _untouched()


@pytest.mark.parametrize("option", sorted(linking.OUTERMOST))
@pytest.mark.parametrize("plain", [False, True])
def test_options_that_numba_lacks_are_left_out(fresh, monkeypatch, option, plain):
    owner = next(kind for kind in cpu_target.options.__mro__ if option in vars(kind))
    monkeypatch.delattr(owner, option)
    with pytest.raises(KeyError, match=option):
        numba.njit(**{option: True})(_exception)(np.ones(1))
    if plain:
        _name_is_gone(monkeypatch)
    record = _record()
    before = sys.getrefcount(record.xs)
    for _ in range(100):
        assert fresh(record) == RIGHT
    # With references counted, reading a field must not let go of what others hold.
    after = sys.getrefcount(record.xs)
    assert after == before
    record.xs[:] = 1.0
    assert fresh(record) == RIGHT - 3.0 * 2 * 10.0 - 3.0 + 2 * 10.0 + 1.0


def _new_array(x):
    return np.zeros(3)[0] + x[0]


def _sorted_copy(x):
    return np.sort(x)[0]


def _array_expression(x):
    return (x + x)[0]


def _list(x):
    made = [1.0]
    made.append(x[0])
    return made[1]


def _exception(x):
    if x[0] > 0.0:
        raise ValueError("too large")
    return 0.0


@pytest.mark.parametrize(
    "function", [_new_array, _sorted_copy, _array_expression, _list, _exception]
)
def test_compiled_code_that_would_need_its_references_counted_is_refused(
    function, monkeypatch, tmp_path
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(numba.core.errors.NumbaError) as refused:
        compiler.entry_point(function)(np.ones(2))
    assert any("must not make arrays" in note for note in refused.value.__notes__)
    assert _untouched()


def test_threads_that_call_at_once_compile_once(fresh, pieces):
    together = threading.Barrier(8)

    def call(_):
        together.wait()
        return fresh(_record())

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(call, range(8))) == [RIGHT] * 8
    assert sum("outermost" in library.name for library in pieces) == 1


def test_what_others_compile_meanwhile_is_compiled_as_ever(fresh, pieces):
    together = threading.Barrier(2)

    def others(x):
        return x + 1

    def compile_another():
        together.wait()
        return [numba.njit(others)(kind) for kind in (1, 1.5)]

    def call():
        together.wait()
        return fresh(_record())

    with ThreadPoolExecutor(2) as threads:
        theirs, ours = threads.submit(compile_another), threads.submit(call)
        assert theirs.result() == [2, 2.5] and ours.result() == RIGHT
    assert all(type(library) is JITCodeLibrary for library in pieces if "others" in library.name)
    assert sum("others" in library.name for library in pieces) >= 2


def test_what_is_not_public_of_numba_is_used_in_one_file_only():
    root = Path(compiler.__file__).parent
    private = re.compile(r"\bllvmlite\b.*import|import llvmlite|numba\.(?:core|np|cpython)\b")
    found = [
        path for path in root.rglob("*.py") if private.search(path.read_text(encoding="utf-8"))
    ]
    assert [path.relative_to(root).as_posix() for path in found] == ["linking.py"]
    for name in (*linking._INTERNALS, *linking._MODULES):
        assert getattr(linking, name) is not None
    with pytest.raises(AttributeError, match="unheard"):
        _ = linking.unheard


HASHES = """
import json, sys
from sim import linking, run
if sys.argv[1] == "plain":
    linking._METHODS.append("gone_in_this_version")
found = run(sys.argv[2], replications=2, save=False, engine="compiled")
print(json.dumps(found.manifest["tables"]), linking._generator() is None)
"""


@pytest.mark.slow
def test_a_kernel_compiled_the_plain_way_gives_the_same_bytes(tmp_path):
    root = Path(compiler.__file__).parents[1]
    told = {}
    for how in ("one piece", "plain"):
        # The plain way compiles anew: a cache of its own, as nothing else tells the two apart.
        cache = {"XDG_CACHE_HOME": str(tmp_path)} if how == "plain" else {}
        ended = subprocess.run(
            [sys.executable, "-c", HASHES, how, str(root / "scenarios" / "rule-book.yaml")],
            cwd=root, env={**os.environ, **cache}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        told[how], _, stepped_aside = ended.stdout.strip().rpartition(" ")
        assert stepped_aside == str(how == "plain" or numba.version_info.short < (0, 62))
    assert told["one piece"] == told["plain"]


@pytest.fixture
def cached(monkeypatch, tmp_path):
    """The folder of compiled code, made and trusted, with a file in a folder within it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = compiler.cache_folder()
    assert folder is not None
    (folder / "rules").mkdir()
    (folder / "rules" / "code.nbc").touch()
    return folder


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs owners of files")
@pytest.mark.parametrize("place", [".", "rules", "rules/code.nbc"])
def test_compiled_code_that_others_own_or_that_is_a_link_is_not_loaded(cached, monkeypatch, place):
    path, lstat = cached / place, Path.lstat

    def as_of_another(self):
        status = list(lstat(self))
        status[4] += self == path
        return os.stat_result(status)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "lstat", as_of_another)
        assert compiler.cache_folder() is None
    assert compiler.cache_folder() == cached
    path.rename(cached.parent.parent / "moved")
    path.symlink_to(cached.parent.parent / "moved")
    assert compiler.cache_folder() is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs owners of files")
def test_a_folder_of_caches_in_which_others_can_write_is_closed_or_not_used(cached, tmp_path):
    cached.parent.chmod(0o775)  # as earlier versions made it under a mask of 002
    assert compiler.cache_folder() == cached
    assert cached.parent.stat().st_mode & 0o077 == 0
    (cached / "rules").chmod(0o775)
    assert compiler.cache_folder() == cached  # nobody comes to it
    cached.chmod(0o755)
    assert compiler.cache_folder() is None
    (cached / "rules").chmod(0o755)
    assert compiler.cache_folder() == cached
    tmp_path.chmod(0o777)
    assert compiler.cache_folder() is None
    tmp_path.chmod(0o1777)  # as /tmp: nobody renames what others own
    assert compiler.cache_folder() == cached
    cached.parent.rename(tmp_path / "moved")
    (tmp_path / "leaderstream").symlink_to(tmp_path / "moved")
    assert compiler.cache_folder() is None
