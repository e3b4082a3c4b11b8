"""How long until an analyst can type: seconds of `import workbench` and of the command line's help.

Run: python benchmarks/start.py
"""

import subprocess
import sys
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter

REPEATS = 5


def seconds(*words: str) -> tuple[float, float]:
    """Run a fresh interpreter a few times; give the median wall and CPU seconds."""
    walls, processors = [], []
    for _ in range(REPEATS):
        before, began = getrusage(RUSAGE_CHILDREN), perf_counter()
        subprocess.run([sys.executable, *words], check=True, capture_output=True)
        after = getrusage(RUSAGE_CHILDREN)
        walls.append(perf_counter() - began)
        processors.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return sorted(walls)[REPEATS // 2], sorted(processors)[REPEATS // 2]


def main() -> None:
    """Print one Markdown row a question, less the interpreter's own start."""
    print("| what | wall s | CPU s |\n|---|---|---|")
    bare = seconds("-c", "pass")
    for what, words in {
        "import workbench": ("-c", "import workbench"),
        "workbench --help": ("-m", "workbench.cli", "--help"),
    }.items():
        wall, processor = seconds(*words)
        print(f"| {what}, without the interpreter's start | {wall - bare[0]:.3f} | {processor - bare[1]:.3f} |")


if __name__ == "__main__":
    main()
