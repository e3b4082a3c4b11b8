"""Kernels that race for one ledger and are killed at random moments; run by test_ledger.py in a process of its own.

    python ledger_storm.py FOLDER ROUNDS SEED

Every worker asks random questions out of a fixed list, in the gate's order: charge, draw, store, show. What it shows it
first writes to its own log, so that a shown answer is known however the worker ends.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from workbench.errors import BudgetError
from workbench.privacy._ledger_file import LedgerFile
from workbench.privacy.budget import Budget
from workbench.privacy.keys import PublicKeys
from workbench.privacy.ledger import Ledger
from workbench.privacy.measures import Measured
from workbench.privacy.noise import Noise
from workbench.privacy.question import Asked, Question
from workbench.privacy.rows import PrivateRows

LINEAGE = "0" * 32
WORKERS, QUESTIONS, AFFORDABLE = 4, 300, 100
ROWS = PrivateRows("impressions", "user_id", (), (), {}, {}, "", ("impressions",))


def questions() -> list[Question]:
    """Questions of equal price; the budget pays for a third of them."""
    price = Budget(epsilon=3, delta=1e-7).rho_nano // AFFORDABLE
    asked = (Asked(Measured("count"), Noise("gaussian", 10.0), price),)
    return [Question(ROWS, f"data {at}", None, PublicKeys(), 1, asked) for at in range(QUESTIONS)]


def open_ledger_in(folder: Path) -> Ledger:
    """The ledger that the workers share."""
    return Ledger(LedgerFile(folder / "ledger.sqlite"), LINEAGE)


def work(folder: Path, name: str) -> None:
    """Fix the budget, as every kernel does that opens a store, then ask until killed."""
    ledger, mine = open_ledger_in(folder), questions()
    ledger.fix("user_id", Budget(epsilon=3, delta=1e-7), 1)
    log = os.open(folder / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for question in random.Random(name).choices(mine, k=100_000):  # which question, not noise
        answer = ledger.stored(question.qkey)
        if answer is None:
            try:
                ledger.charge(question, 1)
            except BudgetError:
                continue
            answer = ledger.store(question.qkey, [[int.from_bytes(os.urandom(6))]], 1)
        os.write(log, (json.dumps([question.qkey, answer]) + "\n").encode())


def storm(folder: Path, rounds: int, seed: int) -> int:
    """Start workers, kill each at a random moment, again and again; returns the number of kills."""
    chance, kills = random.Random(seed), 0  # when to kill
    for turn in range(rounds):
        children = []
        for worker in range(WORKERS):
            child = os.fork()
            if child == 0:
                try:
                    work(folder, f"{seed}-{turn}-{worker}")
                finally:
                    os._exit(1)
            children.append(child)
        for child in children:
            time.sleep(chance.uniform(0.005, 0.06))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            kills += 1
    return kills


if __name__ == "__main__":
    print(storm(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))  # noqa: T201  # the test reads the number
