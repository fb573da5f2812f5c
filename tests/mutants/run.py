"""Make every deliberate mistake in a copy of the project, and see the check that must notice it
fail.

    python tests/mutants/run.py                  # all; first every check on the project as it is
    python tests/mutants/run.py half-life-of-e   # only these

A check is one test, run in a process of its own on the Mesa driver, on rules, or on the compiled
driver's source played as plain Python, so that nothing is compiled. Ends with 0 when all are
caught, else with 1.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from mutants.catalogue import Mutant, catalogue, faults, mutated  # noqa: E402

WORKERS = 2
PATIENCE = 120  # seconds after which a check is given up
FOLDERS = ("sim", "tests", "scenarios", "docs", "benchmarks")
COPIED = (*FOLDERS, "pyproject.toml", "CHANGELOG.md", "CITATION.cff", "LICENSE")
CAUGHT, SURVIVED = "caught", "SURVIVED"


def copy_project(source: Path, target: Path) -> None:
    """A copy of all that the checks need, without what compiles the kernel before any test of a
    folder."""
    for name in COPIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        else:
            shutil.copy2(source / name, target / name)
    for fixture in ("model", "drivers"):
        (target / "tests" / fixture / "conftest.py").unlink(missing_ok=True)


def run(
    copy: Path, arguments: list[str], patience: float = PATIENCE
) -> subprocess.CompletedProcess[str]:
    """A fresh Python in a copy of the project, which comes first on its path."""
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=copy, env=environment, timeout=patience, capture_output=True, text=True
    )


def check(
    copy: Path, tests: list[str], patience: float = PATIENCE
) -> subprocess.CompletedProcess[str]:
    """Run tests in a copy of the project, until the first that fails."""
    options = ["-q", "-x", "--tb=line", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore"]
    return run(copy, ["-m", "pytest", *options, *tests], patience)


def verdict(code: int | None) -> str:
    """What pytest's exit code says of a mistake: only a test that fails has caught it (None: it
    came to no end)."""
    if code == 1:
        return CAUGHT
    return SURVIVED if code == 0 else "no end" if code is None else f"check did not run ({code})"


def attempt(base: Path, mutant: Mutant) -> tuple[str, float]:
    """Make one mistake in a copy of the copied project: the verdict on it, and how many seconds it
    took."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = Path(folder)
        copy_project(base, copy)
        path = copy / mutant.file
        path.write_text(mutated(mutant, path.read_text(encoding="utf-8")), encoding="utf-8")
        # A cached file could be taken for that of the changed source, were both of one size and one
        # second.
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)
        try:
            code: int | None = check(copy, [mutant.check]).returncode
        except subprocess.TimeoutExpired:
            code = None
    return verdict(code), time.monotonic() - began


def sound(base: Path, mutants: list[Mutant], pool: ThreadPoolExecutor) -> bool:
    """Whether all checks pass on the copy as it is, and are about the copy: else being caught would
    prove nothing."""
    path = run(base, ["-c", "import sim; print(sim.__file__)"]).stdout.strip()
    if path != str(base / "sim" / "__init__.py"):
        print(f"The checks would be about {path}, not about the copy")
        return False
    checks = sorted({mutant.check for mutant in mutants})
    shares = [share for share in (checks[at::WORKERS] for at in range(WORKERS)) if share]
    results = list(pool.map(lambda share: check(base, share, 5 * PATIENCE), shares))
    for result in results:
        if result.returncode != 0:
            print(result.stdout, result.stderr, sep="\n")
    return all(result.returncode == 0 for result in results)


def main(names: list[str]) -> int:
    """Print the table; 0 when every mistake was caught, 1 when one was not, 2 when nothing could be
    tried."""
    mutants = [mutant for mutant in catalogue() if not names or mutant.name in names]
    unknown = set(names) - {mutant.name for mutant in mutants}
    wrong = [f"{name}: there is no such mistake" for name in sorted(unknown)] + faults(mutants)
    if wrong:
        print("\n".join(wrong))
        return 2
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="mutants-") as folder,
        ThreadPoolExecutor(WORKERS) as pool,
    ):
        base = Path(folder).resolve()
        copy_project(ROOT, base)
        if not sound(base, mutants, pool):
            print("The checks do not all pass without any mistake: nothing would be proved")
            return 2
        print(f"All {len({mutant.check for mutant in mutants})} checks pass without any mistake.\n")
        width = max(len(mutant.name) for mutant in mutants)
        survivors = []
        for mutant, (result, seconds) in zip(
            mutants, pool.map(lambda m: attempt(base, m), mutants), strict=True
        ):
            by = mutant.check if result == CAUGHT else f"{result}: {mutant.check}"
            print(
                f"{mutant.name:<{width}}  {seconds:4.1f} s  {mutant.wrong}\n{'':<{width}}          "
                f"{by}",
                flush=True,
            )
            survivors += [mutant.name] if result != CAUGHT else []
    print(
        f"\n{len(mutants) - len(survivors)} of {len(mutants)} caught, in "
        f"{time.monotonic() - began:.0f} s"
    )
    if survivors:
        print("Not caught: " + ", ".join(survivors))
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
