"""A short soak in the gate, and the soak's own parts: a model that could not fail would prove nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import cluster
from tests.soak import places
from tests.soak.hands import VERBS
from tests.soak.history import Outcome
from tests.soak.model import MATERIALS, Impossible
from tests.soak.model_terms import YUAN, tax_on
from tests.soak.model_whole import Model
from tests.soak.mutants import MUTANTS
from tests.soak.shrink import shrunk
from tests.soak.tells import PRELUDE, WEIGHTS
from tests.soak.told import Told

PKS = {
    name: number for number, name in enumerate(["O", "W", "A", "E", "m0", "m1", "m2", "m3", "m4", *MATERIALS])
}


@pytest.mark.slow
def test_twelve_histories_with_kills_hold_and_every_alteration_is_found(django_db_setup):
    cluster.lend(places.DATA)
    command = [sys.executable, "-m", "tests.soak", "--histories", "12", "--seed", "1"]
    root = Path(__file__).parents[2]
    soak = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=600)
    assert soak.returncode == 0, soak.stdout + soak.stderr
    assert "12 alterations" in soak.stdout


def test_every_verb_that_is_told_is_modelled_and_done():
    assert set(PRELUDE) <= set(WEIGHTS)
    assert set(WEIGHTS) == set(VERBS)
    assert all(callable(getattr(Model, verb)) for verb in VERBS)


def began() -> Model:
    """An order of forty with material for twenty, shared out, ten of them taken by 周 (m0)."""
    model = Model(PKS)
    for told, answer in (
        (Told(0, "open_order", "wang"), [{"pk": 1, "lines": []}]),
        (
            Told(1, "add_line", "luo", {"order": "order@0.0", "pieces": 40, "fee": 90_000, "over": 0}),
            [{"pk": 2, "steps": [2]}],
        ),
        (Told(2, "place_order", "luo", {"order": "order@0.0"}), []),
        (
            Told(
                3,
                "receive_material",
                "chen",
                {"order": "order@0.0", "store": "W", "rows": [["rope", 17_000]], "number": 1},
            ),
            [{"pk": 3}],
        ),
        (
            Told(4, "share_out", "wang", {"line": "line@1.0", "org": "W", "pieces": 40, "margin": 0}),
            [{"pk": 4}],
        ),
        (
            Told(5, "claim", "m0", {"share": "share@4.0", "maker": "m0", "pieces": 10}),
            [{"pk": 5, "relation": 6}],
        ),
        (Told(6, "pack_bags", "chen", {"lots": ["lot@5.0"]}), [{"pk": 7, "pieces": 10}]),
        (Told(7, "issue_bags", "chen", {"bags": ["bag@6.0"]}), []),
    ):
        model.foresee(told)(answer)
    return model


def test_the_model_forbids_more_pieces_back_than_went_out():
    model = began()
    model.foresee(Told(8, "hand_in", "chen", {"rows": [["bag@6.0", 10]]}))
    with pytest.raises(Impossible):
        model.foresee(Told(8, "hand_in", "chen", {"rows": [["bag@6.0", 11]]}))


def test_the_model_forbids_whoever_issued_to_inspect():
    model = began()
    model.foresee(Told(8, "hand_in", "he", {"rows": [["bag@6.0", 10]]}))([{"pk": 8}])
    model.foresee(Told(9, "inspect", "zhao", {"rows": [["hand_in@8.0", 10, 0, 0, 0]]}))
    with pytest.raises(Impossible):
        model.foresee(Told(9, "inspect", "chen", {"rows": [["hand_in@8.0", 10, 0, 0, 0]]}))


def test_the_model_says_where_every_millimetre_is():
    model = began()
    assert model.store["W", "order@0.0", "rope"] == 8_500
    assert model.custody["lot@5.0", "rope"] == 8_500
    model.conserved()
    model.custody["lot@5.0", "rope"] -= 1
    with pytest.raises(AssertionError, match=r"rope of order@0\.0"):
        model.conserved()


def test_the_model_pays_whole_fen_of_what_is_on_a_slip_once():
    model = began()
    model.foresee(Told(8, "hand_in", "he", {"rows": [["bag@6.0", 10]]}))([{"pk": 8}])
    model.foresee(Told(9, "inspect", "zhao", {"rows": [["hand_in@8.0", 7, 0, 3, 0]]}))([{"pk": 9}])
    assert model.payable(0) == {}
    model.foresee(Told(10, "draw_up_slips", "luo"))(
        [{"pk": 10, "relation": 6, "gross": 31_675, "takes": [], "lines": [[11, "inspection", 9]]}]
    )
    assert model.payable(0) == {"m0": 316}
    payout = {"pk": 12, "batch": 11, "fen": 316, "method": "cash", "of": "relation", "whose": 6}
    model.foresee(Told(11, "prepare_batch", "luo"))([{"pk": 11, "payouts": [payout]}])
    assert model.payable(0) == {}


def test_every_planted_fault_alters_something_that_stands_and_has_a_name_of_its_own():
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 20
    for mutant in MUTANTS:
        holder, name = mutant.stands()
        assert mutant.make(getattr(holder, name)) is not getattr(holder, name)


@pytest.mark.parametrize(
    ("month", "tax"), [(800, 0), (3_000, 440), (4_000, 640), (5_000, 800), (30_000, 5_200), (80_000, 18_600)]
)
def test_the_model_knows_the_tax_on_fees_for_labour_from_the_law(month, tax):
    assert tax_on(month * YUAN) == tax * YUAN


def test_the_model_lets_nobody_sew_what_was_not_cut():
    model, order, share = Model(PKS), {"order": "order@0.0"}, {"line": "line@1.1", "org": "W", "margin": 0}
    line = {**order, "product": "pouch", "pieces": 40, "fee": 90_000, "over": 0}
    beads = {**order, "store": "W", "rows": [["bead", 90]], "number": 1}
    answers: tuple[tuple[Told, list[dict[str, Any]]], ...] = (
        (Told(0, "open_order", "wang"), [{"pk": 1, "lines": []}]),
        (Told(1, "add_line", "luo", line), [{"pk": 3, "steps": [2, 3]}]),
        (Told(2, "place_order", "luo", order), []),
        (Told(3, "share_out", "wang", {**share, "pieces": 40}), [{"pk": 4}]),
        (
            Told(4, "claim", "m0", {"share": "share@3.0", "maker": "m0", "pieces": 10}),
            [{"pk": 5, "relation": 6}],
        ),
        (Told(5, "receive_material", "luo", beads), [{"pk": 7}]),
        (Told(6, "pack_bags", "chen", {"lots": ["lot@4.0"]}), [{"pk": 8, "pieces": 10}]),
    )
    for told, answer in answers:
        model.foresee(told)(answer)
    with pytest.raises(Impossible, match="half-made"):
        model.foresee(Told(7, "issue_bags", "chen", {"bags": ["bag@6.0"]}))


def test_a_failing_history_is_made_as_short_as_it_can_be():
    def replay(told):
        names = {act.verb for act in told}
        return Outcome(1, told=told, finding="both" if {"claim", "close_order"} <= names else "")

    verbs = ["enquire", "claim", "deliver", "invoice", "close_order", "inspect", "hand_in"]
    long = replay([Told(no, verb, "wang") for no, verb in enumerate(verbs)])
    assert [act.verb for act in shrunk(long, replay).told] == ["claim", "close_order"]
