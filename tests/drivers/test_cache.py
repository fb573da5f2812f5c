"""A kernel once compiled is found again: other processes load it, and compile nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim.compiler import cache_folder, is_cached

ROOT = Path(__file__).resolve().parents[2]
RUN = """
from model.tiny import tiny
from sim import kernel
from sim.parameters import parameters
print(len(kernel.simulate(parameters(tiny()), 0).decisions))
"""


@pytest.mark.slow
def test_another_process_loads_the_kernel_that_was_compiled_here():
    folder = cache_folder()
    if folder is None:
        pytest.skip("no private folder to keep compiled code in")
    assert is_cached()
    before = sorted(folder.glob("kernel_*/*.nbc"))
    path = f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests')!r}]"
    done = subprocess.run(
        [sys.executable, "-c", path + RUN], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert int(done.stdout) > 10
    assert before and sorted(folder.glob("kernel_*/*.nbc")) == before
