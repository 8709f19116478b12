"""The hunt: one fault after the other is planted, and histories are played until it is found."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.soak.history import Outcome
from tests.soak.mutants import MUTANTS, Mutant

MOST = 500
Round = Callable[[list[int], Mutant], list[Outcome]]


def hunt(play: Round, seed: int, a_time: int, names: str = "") -> bool:
    """Plant each fault, tell in which history it was found, and return whether all were."""
    wanted = [mutant for mutant in MUTANTS if not names or mutant.name in names.split(",")]
    missed = []
    for mutant in wanted:
        began = time.monotonic()
        number, finding = _until_found(play, mutant, seed, a_time)
        seconds = f"{time.monotonic() - began:.0f} s"
        if "mutants.py" in finding:
            raise SystemExit(f"{mutant.name} fails by itself: {finding}")
        if finding:
            print(f"{mutant.name}: found in history {number}, {seconds}: {finding[:160]}", flush=True)
        else:
            missed.append(mutant.name)
            print(f"{mutant.name}: NOT found in {number} histories, {seconds}", flush=True)
    print(f"{len(wanted) - len(missed)} of {len(wanted)} planted faults were found")
    return not missed


def _until_found(play: Round, mutant: Mutant, seed: int, a_time: int) -> tuple[int, str]:
    """Play up to five hundred histories, the same ones for every fault."""
    played = 0
    while played < MOST:
        seeds = list(range(seed + played, seed + played + min(a_time, MOST - played)))
        outcomes = sorted(play(seeds, mutant), key=lambda outcome: outcome.seed)
        for outcome in outcomes:
            if outcome.finding:
                return outcome.seed - seed + 1, " ".join(outcome.finding.split())
        played += len(seeds)
    return played, ""
