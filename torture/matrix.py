"""The same bytes on every Python and at both ends of the range of every dependency.

    make matrix          or: python -m torture.matrix [--python 3.11 3.13] [--ends oldest newest]

For each Python that is on this machine, makes an environment with the oldest version of each
dependency that pyproject.toml allows, and one with the newest; in each the shipped scenario is run
by both engines. Prints the hash of the tables of each, and exits 1 unless all are one. Downloads
packages, and takes some minutes for each environment: the table of `make torture` has no row of it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from torture.program import call
from torture.rows import ROOT
from torture.same.hashes import table_of
from torture.same.ways import MESA, SHIPPED, SHORT_RUN

PYTHONS = ("3.11", "3.12", "3.13")
ENDS = ("oldest", "newest")
_FLOOR = re.compile(r"([A-Za-z0-9_.-]+)>=([\w.]+)")


def interpreter(version: str) -> str | None:
    """The Python of a version, on the path or among those of pyenv."""
    found = [shutil.which(f"python{version}") or ""]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found += [str(path) for path in sorted(pyenv.glob(f"{version}.*/bin/python"))]
    told = "import sys; print('%d.%d' % sys.version_info[:2])"
    for path in filter(None, found):
        said = subprocess.run([path, "-c", told], capture_output=True, text=True)
        if said.stdout.strip() == version:
            return path
    return None


def oldest() -> list[str]:
    """The oldest version of each dependency that is allowed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    floors = (_FLOOR.match(one) for one in project["dependencies"])
    return [f"{found[1]}=={found[2]}" for found in floors if found]


def hashes(python: str, end: str, place: Path) -> dict[str, str]:
    """The content of the tables in a new environment, by engine; or what went wrong."""
    own = place / "bin" / "python"
    subprocess.run([python, "-m", "venv", str(place)], check=True)
    constraints = place / "oldest.txt"
    constraints.write_text("\n".join(oldest() if end == "oldest" else []) + "\n")
    install = [str(own), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    made = subprocess.run(
        [*install, "-c", str(constraints), str(ROOT)], capture_output=True, text=True
    )
    if made.returncode:
        return {"install": made.stderr.strip()[-400:]}
    found = {}
    for name, options in {"compiled": (), "mesa": MESA}.items():
        folder = place / name
        folder.mkdir()
        command = (str(own), str(ROOT / "cli.py"))
        words = ("run", SHIPPED, *SHORT_RUN, *options)
        env = {"PYTHONPATH": "", "XDG_CACHE_HOME": str(place / "cache")}
        said = call(*words, cwd=folder, env=env, command=command, longest=1800)
        text = table_of(folder)
        done = said.code in (0, 1) and text.startswith("{")
        found[name] = hashlib.sha256(text.encode()).hexdigest()[:16] if done else said.last
    return found


def main() -> int:
    """Make, run, print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--python", nargs="+", default=PYTHONS)
    options.add_argument("--ends", nargs="+", choices=ENDS, default=ENDS)
    given = options.parse_args()
    seen = set()
    for version in given.python:
        python = interpreter(version)
        if python is None:
            print(f"Python {version}: not on this machine", flush=True)
            continue
        for end in given.ends:
            with tempfile.TemporaryDirectory() as folder:
                found = hashes(python, end, Path(folder))
            seen.update(found.values())
            told = ", ".join(f"{engine} {what}" for engine, what in found.items())
            print(f"Python {version}, {end:<7} {told}", flush=True)
    print(f"{len(seen)} hash" if len(seen) == 1 else f"{len(seen)} hashes, or faults")
    return 0 if len(seen) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
