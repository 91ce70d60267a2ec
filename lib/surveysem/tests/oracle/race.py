"""Times surveysem and lavaan side by side on the same answers (R with lavaan must be there).

Five factors, thirteen items of five categories, 500 simulated respondents. Each takes its turn on
one core, alternately, and the processor's time is counted, so that a busy machine troubles both
alike; the best time of each counts.

Run: python tests/oracle/race.py [--rounds 2] [--replicates 1000]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from test_simulate import FIVE as POPULATION
from test_simulate import MODEL

from surveysem.bootstrap import bootstrap_model
from surveysem.estimate import fit_model
from surveysem.simulate import simulate_answers

HERE = Path(__file__).resolve().parent
GOALS = {"ML": 1.0, "MLR": 1.0, "WLSMV": 4.0, "bootstrap": 5.0}


def best(task: Callable[[], object], runs: int) -> float:
    """Return the shortest of several times in seconds of the processor."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        task()
        times.append(time.process_time() - start)
    return min(times)


def main() -> int:
    """Print seconds of both and their ratios; return 1 if a goal is missed."""
    if os.environ.get("OMP_NUM_THREADS") != "1":
        # Threads cost more than such small matrices give, and numpy reads this when it is loaded.
        os.environ["OMP_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.argv])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--replicates", type=int, default=1000)
    options = parser.parse_args()
    if not shutil.which("Rscript"):
        print("R is not there; nothing to race against.")
        return 0
    answers = simulate_answers(POPULATION, 500, seed=3)
    mine: dict[str, float] = {}
    theirs: dict[str, float] = {}
    tasks: dict[str, Callable[[], object]] = {
        name: lambda name=name: fit_model(MODEL, answers, estimator=name)  # type: ignore[misc]
        for name in ("ML", "MLR", "WLSMV")
    }
    fit = fit_model(MODEL, answers, estimator="ML")
    tasks["bootstrap"] = lambda: bootstrap_model(fit, replicates=options.replicates)
    with tempfile.TemporaryDirectory() as folder:
        answers.to_csv(Path(folder, "answers.csv"), index=False)
        Path(folder, "model.txt").write_text(MODEL, encoding="utf-8")
        command = ["Rscript", str(HERE / "race.R"), folder, str(options.replicates)]
        for _ in range(options.rounds):
            for name, task in tasks.items():
                seconds = best(task, 1 if name == "bootstrap" else 7)
                mine[name] = min(seconds, mine.get(name, seconds))
            printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            for line in printed.splitlines():
                name, value = line.split()
                theirs[name] = min(float(value), theirs.get(name, float(value)))
    print("task        surveysem    lavaan   ratio   goal")
    for name, goal in GOALS.items():
        ratio = theirs[name] / mine[name]
        print(f"{name:<10} {mine[name]:9.4f}s {theirs[name]:8.4f}s {ratio:6.1f}x {goal:5.1f}x")
    return int(any(theirs[name] < goal * mine[name] for name, goal in GOALS.items()))


if __name__ == "__main__":
    sys.exit(main())
