"""Gives a reader mutated bytes for some seconds, led by what they reach of the code where atheris
is installed, else at random.

    python -m torture.input.fuzzing READER --seconds 60 --folder DIR

Writes what was found to DIR/found.json: how many files were read, and, by the place in the code,
what was raised that is no clear error.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import sys
import time
import traceback
from pathlib import Path

from torture.input.samples import READERS, Reader

SLOW = 10.0
"""Seconds of processor time after which reading a small file counts as a fault."""
WORDS = (b"", b"0", b"-1", b"1e308", b"nan", b"inf", b"null", b"\x00", b"\xff\xfe", b"\n", b"\t")
WORDS += (
    b'"',
    b"'",
    b",",
    b";",
    b":",
    b"{",
    b"[",
    b"]",
    b"&a",
    b"*a",
    b"!!python/object:os",
    b"- ",
)


class Found:
    """Reads files, and keeps what came of it."""

    def __init__(self, reader: Reader, folder: Path) -> None:
        self.reader, self.folder = reader, folder
        self.path = folder / "results" / "leaderstream" / reader.file
        self.path.parent.mkdir(parents=True)
        self.read, self.accepted, self.slowest = 0, 0, 0.0
        self.faults: dict[str, str] = {}
        self.written = time.monotonic()

    def one(self, data: bytes) -> None:
        """Read a file of these bytes."""
        from sim.errors import LeaderstreamError

        for left in self.path.parent.iterdir():
            left.unlink()
        self.path.write_bytes(data)
        began = time.process_time()
        try:
            self.reader.read(self.path)
            self.accepted += 1
        except LeaderstreamError as error:
            if not str(error):
                self.fault("an error without a word", data)
        except Exception as error:
            own = [at for at in traceback.extract_tb(error.__traceback__) if "/sim/" in at.filename]
            at = f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else "?"
            self.fault(f"{type(error).__name__} at {at}: {str(error)[:150]}", data, at)
        took = time.process_time() - began
        self.slowest = max(self.slowest, took)
        if took > SLOW:
            self.fault(f"read for {took:.0f} s", data, "slow")
        self.read += 1
        if time.monotonic() - self.written > 1:
            self.write()

    def fault(self, what: str, data: bytes, at: str = "") -> None:
        """Keep the first fault of each place, with its file."""
        if (at or what) not in self.faults:
            self.faults[at or what] = what
            (self.folder / f"fault-{len(self.faults)}").write_bytes(data)

    def write(self) -> None:
        """Keep what was found so far: nothing can be kept once atheris ends the process."""
        self.written = time.monotonic()
        counts = {"read": self.read, "accepted": self.accepted, "slowest": self.slowest}
        (self.folder / "found.json").write_text(json.dumps({**counts, "faults": self.faults}))


def mutated(data: bytes, draws: random.Random, samples: list[bytes]) -> bytes:
    """Bytes with a few mutations."""
    text = bytearray(data)
    for _ in range(draws.choice((1, 1, 2, 3, 6))):
        at, more = draws.randrange(len(text) + 1), draws.choice((1, 1, 2, 8, 40))
        how = draws.randrange(7)
        if how == 0 and text:
            text[min(at, len(text) - 1)] ^= 1 << draws.randrange(8)
        elif how == 1:
            del text[at : at + more]
        elif how == 2:
            text[at:at] = draws.choice(WORDS)
        elif how == 3:
            text[at:at] = text[at : at + more] * draws.choice((1, 2, 50))
        elif how == 4:
            text[at : at + more] = draws.choice(WORDS)
        elif how == 5:
            other = draws.choice(samples)
            start = draws.randrange(len(other) + 1)
            text[at:at] = other[start : start + more]
        else:
            text[at : at + 1] = bytes([draws.randrange(256)])
    return bytes(text)


def by_chance(found: Found, seconds: float, seed: int) -> None:
    """Mutations of the samples, without a guide."""
    draws, samples = random.Random(seed), found.reader.samples()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found.one(mutated(draws.choice(samples), draws, samples))
    found.write()


def guided(found: Found, seconds: float) -> None:
    """By atheris, which ends the process."""
    import atheris

    corpus = found.folder / "corpus"
    corpus.mkdir()
    for number, sample in enumerate(found.reader.samples()):
        (corpus / str(number)).write_bytes(sample)
    options = [f"-max_total_time={int(seconds)}", "-max_len=20000", "-rss_limit_mb=4096"]
    options += ["-timeout=60", "-seed=1", f"-artifact_prefix={found.folder}/", str(corpus)]
    atheris.Setup([sys.argv[0], *options], found.one)
    atheris.Fuzz()


def main() -> int:
    """Read, and write what was found."""
    options = argparse.ArgumentParser()
    options.add_argument("reader", choices=READERS)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--folder", type=Path, required=True)
    given = options.parse_args()
    os.chdir(given.folder)
    with contextlib.suppress(ImportError):
        import atheris

        with atheris.instrument_imports(include=["sim", "yaml"]):
            reader = READERS[given.reader]
            found = Found(reader, given.folder)
            found.one(reader.samples()[0])  # imports all that reads
        if not found.accepted:
            found.fault("the sound sample is refused", reader.samples()[0])
        found.write()
        guided(found, given.seconds)
    found = Found(READERS[given.reader], given.folder)
    by_chance(found, given.seconds, seed=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
