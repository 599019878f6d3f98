"""The same targets, guided by the coverage of our code: atheris, which is libFuzzer for Python.

`python -m tests.fuzz --guided` runs the targets one after the other, each in a process of its own. What is a finding
there is one here, and the process goes on. Should it die, or hang where no signal of Python's reaches, that is a
finding too, and libFuzzer leaves the input. https://github.com/google/atheris
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.fuzz.mutation import MOST_BYTES
from tests.fuzz.running import Finding, Fuzzer, Row, SkippedTargetError, watched, write_finding

_HUNG_S: Final = 120
_MEMORY_MB: Final = 4_096
_WORD_BYTES: Final = 64  # in a dictionary libFuzzer takes no longer ones, and no empty ones


def run(name: str, seconds: float, seed: int, findings: Path) -> Row:
    """Run one target for so long, or until nothing can be done with it, and return its row of the table."""
    command = [sys.executable, "-m", "tests.fuzz.guided", name, str(seconds), str(seed), str(findings)]
    log = findings / f"{name.replace(' ', '-')}.log"
    with log.open("wb") as errors:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=errors, check=False)
    *_, last = [b"", *done.stdout.splitlines()]
    if done.returncode == 0 and last:
        return Row(*json.loads(last))
    left = sorted(findings.glob(f"{name.replace(' ', '-')}-dead-*"))
    write_finding(
        findings, Finding(name, f"ended with {done.returncode}", left[0].read_bytes() if left else b"", f"see {log}")
    )
    return Row(name, 0, seconds, 1, 0)


def _child(name: str, seconds: float, seed: int, findings: Path) -> None:
    """Fuzz, print the row, and end the process, which libFuzzer gives no other way to do."""
    import atheris

    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, atheris.instrument_imports(include=["regesta"]):
        from tests.fuzz.targets import TARGETS

        own, corpus, words = (Path(folder) / part for part in ("own", "corpus", "words"))
        own.mkdir()
        corpus.mkdir()
        try:
            ready = TARGETS[name](own)
        except SkippedTargetError as error:
            print(f"{name}: not run: {error}", file=sys.stderr)
            _end(Row(name, 0, 0.0, 0, 0))
        for number, example in enumerate([*ready.examples, *ready.more()]):
            (corpus / str(number)).write_bytes(example[:MOST_BYTES])
        words.write_text(
            "".join(f'"{_escaped(word)}"\n' for word in ready.words if 0 < len(word) <= _WORD_BYTES), "ascii"
        )
        fuzzer = Fuzzer(name, ready, seed)
        known, end = set[str](), time.monotonic() + seconds

        def one(data: bytes) -> None:
            fuzzer.one(data)
            for cause in fuzzer.findings.keys() - known:
                known.add(cause)
                write_finding(findings, fuzzer.findings[cause])
            if time.monotonic() > end:
                ready.close()
                _end(fuzzer.row())

        options = [
            f"-seed={seed}", f"-max_len={MOST_BYTES}", f"-timeout={_HUNG_S}", f"-rss_limit_mb={_MEMORY_MB}", f"-dict={words}",
            f"-artifact_prefix={findings / name.replace(' ', '-')}-dead-",
        ]  # fmt: skip
        atheris.Setup([sys.argv[0], *options, str(corpus)], one)
        with watched():
            atheris.Fuzz()


def _end(row: Row) -> None:
    print(json.dumps(row), flush=True)
    os._exit(0)


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    _child(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
