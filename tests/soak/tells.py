"""What somebody could do next: acts told at random, mostly sensible, some too much, some by the wrong person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from tests.soak.choosing import BOOKS, DESK, EYES, HEADS
from tests.soak.model import HELPER, MAKERS, Impossible
from tests.soak.model_bags import at_home, held
from tests.soak.model_pay import ON_THE_WAY
from tests.soak.tells_after import WEIGHTS as AFTER
from tests.soak.tells_after import AfterTeller
from tests.soak.tells_stores import WEIGHTS as STORES
from tests.soak.tells_stores import StoresTeller
from tests.soak.tells_terms import WEIGHTS as TERMS
from tests.soak.tells_terms import TermsTeller
from tests.soak.told import Told

OFFICERS = ("wang", "li")
# None of them has a right to any verb here: outside, reading only, helping, or at somebody else's workshop.
STRANGERS = ("su", "qian", "ma", "chen_elsewhere", "wu_elsewhere", "luo_elsewhere", "maker_elsewhere")
# What a maker does alone, or a desk in the maker's name.
ON_BEHALF = {
    "claim", "accept_offer", "not_this_time", "hand_in", "hand_in_mended", "give_back",
    "confirm_claim", "confirm_hand_ins", "confirm_give_backs", "ask_advance", "question_line", "ask_again",
    "agree_day",
}  # fmt: skip


class Teller(TermsTeller, StoresTeller, AfterTeller):
    """Tells the acts of one history, given what the model knows by then."""

    def tell(self, no: int) -> Told | None:
        """Tell one act that is possible, or bend it so that it must be refused; none when all is over."""
        for _try in range(200):
            verb = self._verb(no if _try < 5 else len(PRELUDE))
            told = getattr(self, f"_{verb}")()
            if told:
                who, args, *behalf = told
                helps = who == "chen" and self.model.of("role") and self.chance.random() < 0.25
                act = Told(
                    no, verb, HELPER if helps else who, args, behalf[0] if behalf else "", day=self.day
                )
                # Somebody who helped yesterday often comes back to the desk.
                stubborn = 0.4 if act.who == HELPER else 0.04
                if self._possible(act) or self.chance.random() < stubborn:
                    return self._bent(act)
        return None

    def _verb(self, no: int) -> str:
        """First an order that runs, so that there is something to go wrong; then anything."""
        if no < len(PRELUDE) and self.chance.random() < 0.95:
            return PRELUDE[no]
        return self.chance.choices(list(WEIGHTS), self._weights)[0]

    @cached_property
    def _weights(self) -> list[float]:
        """Every history has a mood: much of one kind of thing happens in it, so that some get far."""
        liked = self.chance.choice(MOODS)
        return [weight * (5 if verb in liked else 1) for verb, weight in WEIGHTS.items()]

    def _possible(self, told: Told) -> bool:
        try:
            self.model.foresee(told)
        except Impossible:
            return False
        return True

    def _bent(self, told: Told) -> Told:
        roll = self.chance.random()
        if roll < 0.10:
            strangers = [who for who in STRANGERS if who != HELPER or not self.model.of("role")]
            return replace(told, who=self.chance.choice(strangers), on_behalf="", wrong=True)
        if roll < 0.12 and told.verb not in ON_BEHALF and told.who in ("chen", "wu"):
            return replace(told, on_behalf="m0", wrong=True)
        if roll < 0.20:
            return replace(told, args=self._too_much(told.args))
        return told

    def _too_much(self, args: dict[str, Any]) -> dict[str, Any]:
        """Make one of the numbers too large, or nothing, or less than nothing."""
        numbers = [
            key for key, value in args.items() if isinstance(value, int) and key in ("pieces", "amount")
        ]
        if not numbers:
            return args
        key = self.chance.choice(numbers)
        return {**args, key: self.chance.choice([args[key] * 1000 + 7, 0, -1])}

    # --- agreements

    def _enquire(self) -> Any:
        return (
            ("sun", {"pieces": self.chance.randint(20, 120)}) if len(self.model.of("enquiry")) < 2 else None
        )

    def _close_enquiry(self) -> Any:
        return self.given("enquiry", lambda thing: ("wang", {"enquiry": thing.name}))

    def _quote(self) -> Any:
        facts = {"fee": 90_000, "wage": self.chance.choice([4_000, 4_525, 95_000])}
        return self.given("enquiry", lambda thing: ("wang", {"enquiry": thing.name, **facts}))

    def _send_quote(self) -> Any:
        return self.given("quote", lambda thing: (self.one(list(OFFICERS)), {"quote": thing.name}))

    def _accept_quote(self) -> Any:
        return self.given("quote", lambda thing: (self.one(["sun", "wang", "li"]), {"quote": thing.name}))

    _decline_quote = _accept_quote

    def _make_sample(self) -> Any:
        return ("wang", {}) if len(self.model.of("sample")) < 2 else None

    def _approve_sample_for_enterprise(self) -> Any:
        return self.given("sample", lambda thing: ("sun", {"sample": thing.name}))

    def _approve_sample_for_centre(self) -> Any:
        return self.given("sample", lambda thing: ("li", {"sample": thing.name}))

    def _refuse_sample(self) -> Any:
        return self.given("sample", lambda thing: (self.one(["sun", "li"]), {"sample": thing.name}))

    def _set_rate(self) -> Any:
        return ("wang", {"hao": self.chance.choice([4_000, 4_525, 5_011])})

    # --- orders

    def _open_order(self) -> Any:
        running = [order for order in self.model.of("order") if order.stage in ("draft", "open")]
        if running and self.seldom():
            return None
        quote = self.one(self.model.of("quote", stage="accepted"))
        args = {"offcuts": self.chance.random() < 0.5, **({"quote": quote.name} if quote else {})}
        return (self.one(["wang", "luo"]), args)

    def _add_line(self) -> Any:
        facts = {
            "pieces": self.one([self.chance.randint(30, 150), 60, 260]),
            "fee": 90_000,
            "over": self.chance.choice([0, 100]),
        }
        facts["product"] = self.one(["knot", "pouch"])
        order = self.one(self.model.of("order", stage="draft"))
        if not order or (self.model.lines_of(order.name, "draft") and self.seldom()):
            return None
        return ("luo", {"order": order.name, **facts})

    def _drop_line(self) -> Any:
        if self.seldom():
            return None
        return self.given("line", lambda thing: ("luo", {"line": thing.name}))

    def _of_order(self, *people: str) -> Any:
        return self.given("order", lambda thing: (self.one(list(people)), {"order": thing.name}))

    def _place_order(self) -> Any:
        return self._of_order("wang", "luo")

    def _close_order(self) -> Any:
        under_way = [*self.model.of("bag", stage="out"), *self.model.of("bag", stage="packed")]
        return (
            None
            if (under_way or not self.model.of("delivery")) and self.seldom()
            else self._of_order("wang", "luo")
        )

    def _cancel_order(self) -> Any:
        return None if self.seldom() else self._of_order("wang")

    # --- sharing out

    def _share_out(self) -> Any:
        line = self.one(self.model.of("line", stage="open"))
        if not line:
            return None
        most = self.model.to_share(line)
        if most < 1 and self.seldom():
            return None
        facts = {
            "org": self.one(["W", "A"]),
            "pieces": self.upto(max(1, most)),
            "margin": self.one([0, 333, 500]),
        }
        return (self.one(["wang", "luo"]), {"line": line.name, **facts})

    def _take_back_share(self) -> Any:
        share = self.one(self.model.of("share"))
        return share and ("wang", {"share": share.name, "pieces": self.upto(max(1, self.model.free(share)))})

    def _claim(self) -> Any:
        share = self.one(self.model.of("share", stage="open"))
        if not share:
            return None
        maker = self.one([maker for maker, org in MAKERS.items() if org == share.org])
        free, room = self.model.free(share), self.model.room(maker)
        over = free > room and self.chance.random() < 0.3
        pieces = room + 1 if over else self.upto(max(1, min(free, room, self.one([20, 60, 200]))))
        return self.hers(
            maker, share.org, {"share": share.name, "maker": maker, "pieces": pieces}, alone=True
        )

    def _claim_many(self) -> Any:
        share = self.one(self.model.of("share", stage="open"))
        if not share:
            return None
        makers = self.some([maker for maker, org in MAKERS.items() if org == share.org])
        rows = [[maker, self.chance.randint(1, 30)] for maker in makers]
        return (self.one(list(DESK[share.org])), {"share": share.name, "rows": rows})

    def _confirm_claim(self) -> Any:
        lot = self.one(self.model.of("lot"))
        own = lot and self.chance.random() < 0.5
        return lot and (
            lot.maker if own else self.one(list(DESK[lot.org])),
            {"lot": lot.name, "paper": not own},
        )

    def _close_lot(self) -> Any:
        lot = self.one([*self.model.of("lot", stage="open"), *self.model.of("share", stage="open")])
        return lot and (self.one(list(DESK[lot.org])), {"lot": lot.name})

    def _start_plan(self) -> Any:
        org = self.one(["W", "A"])
        return (HEADS[org], {"org": org})

    def _record_plan(self) -> Any:
        plan = self.one(self.model.of("plan", stage="planning"))
        if not plan:
            return None
        shares = self.some(self.model.of("share", stage="open", org=plan.org))
        rows = [
            [share.name, maker, self.chance.randint(1, 25)]
            for share in shares
            for maker in self.some([maker for maker, org in MAKERS.items() if org == share.org])
        ]
        return ("system", {"plan": plan.name, "rows": rows})

    def _of_plan(self, **facts: Any) -> Any:
        """Something done to a plan by whoever decides it."""
        return self.given("plan", lambda thing: (HEADS[thing.org], {"plan": thing.name}), **facts)

    def _stop_plan(self) -> Any:
        return self._of_plan(stage="planning")

    def _repair_plan(self) -> Any:
        return self._of_plan()

    def _plan_again(self) -> Any:
        return self._of_plan()

    def _publish_plan(self) -> Any:
        return self._of_plan()

    def _publish_part(self) -> Any:
        plan = self.one(self.model.of("plan", stage="publishing"))
        return plan and ("system", {"plan": plan.name, "org": plan.org})

    def _end_publishing(self) -> Any:
        return self._of_plan(stage="publishing")

    def _discard_plan(self) -> Any:
        return self._publish_plan() if self.chance.random() < 0.3 else None

    def _accept_offer(self) -> Any:
        offer = self.one(self.model.of("offer"))
        if not offer:
            return None
        args = {"offer": offer.name, "pieces": self.upto(offer.pieces)}
        return self.hers(offer.maker, MAKERS[offer.maker], args, alone=True)

    def _not_this_time(self) -> Any:
        offer = self.one(self.model.of("offer"))
        return offer and self.hers(offer.maker, MAKERS[offer.maker], {"offer": offer.name}, alone=True)

    def _withdraw_offer(self) -> Any:
        return self.given("offer", lambda thing: (HEADS[MAKERS[thing.maker]], {"offer": thing.name}))

    def _expire_offers(self) -> Any:
        offers = [offer.name for offer in self.model.of("offer", stage="open")]
        return ("system", {"offers": offers}) if offers else None

    def _forget_offers(self) -> Any:
        return self._of_order("system")

    # --- bags

    def _pack_bags(self) -> Any:
        lots = self.model.of("lot", stage="open")
        org = self.one([lot.org for lot in lots])
        found = org and [lot.name for lot in self.some([lot for lot in lots if lot.org == org])]
        return org and (self.one(list(DESK[org])), {"lots": found})

    def _bags(self, stage: str) -> tuple[str, list[Any]]:
        found = self.model.of("bag", stage=stage)
        org = self.one([self.model.lot_of(bag).org for bag in found]) or ""
        return org, self.some([bag for bag in found if self.model.lot_of(bag).org == org])

    def _sack(self, stage: str) -> Any:
        org, bags = self._bags(stage)
        return org and (self.one(list(DESK[org])), {"bags": [bag.name for bag in bags]})

    def _issue_bags(self) -> Any:
        return self._sack("packed")

    def _unpack_bags(self) -> Any:
        return self._sack("packed")

    def _cancel_issue(self) -> Any:
        return self._sack("out")

    def _lose_bags(self) -> Any:
        return self._sack("out")

    def _slip(self, pieces: Callable[[Any], int]) -> Any:
        """A slip of bags of one maker, or of a whole sack."""
        found = [bag for bag in self.model.of("bag", stage="out") if pieces(bag)]
        first = self.one(found)
        if not first:
            return None
        lot = self.model.lot_of(first)
        own = [bag for bag in found if self.model.lot_of(bag).maker == lot.maker]
        rows = [[bag.name, self.upto(pieces(bag))] for bag in self.some(own)]
        return self.hers(lot.maker, lot.org, {"rows": rows}, alone=False)

    def _hand_in(self) -> Any:
        return self._slip(at_home)

    def _hand_in_mended(self) -> Any:
        return self._slip(lambda bag: bag.rework)

    def _beside(self, bag: Any, pieces: int) -> dict[str, int]:
        if self.chance.random() < 0.6:
            return {}
        mat = self.one(list(bag.materials))
        one = bag.materials[mat]
        left = held(one) - min(one.a_piece * pieces, held(one))
        return {mat: self.chance.randint(1, left)} if left else {}

    def _give_back(self) -> Any:
        return self._with_material(self._slip(at_home))

    def _report_loss(self) -> Any:
        told = self._with_material(self._slip(at_home))
        return told and told[:2]

    def _with_material(self, told: Any) -> Any:
        if not told:
            return None
        who, args, *behalf = told
        rows = [[name, n, self._beside(self.model.things[name], n)] for name, n in args["rows"]]
        return (who, {"rows": rows}, *behalf)

    def _waiting(self) -> tuple[str, list[Any]]:
        found = self.model.of("hand_in", stage="waiting")
        first = self.one(found)
        org = first and self._org(first)
        return org or "", self.some([row for row in found if self._org(row) == org])

    def _org(self, row: Any) -> str:
        org: str = self.model.lot_of(self.model.things[row.bag]).org
        return org

    def _cancel_hand_in(self) -> Any:
        org, rows = self._waiting()
        return org and (self.one(list(DESK[org])), {"hand_ins": [row.name for row in rows]})

    def _inspect(self) -> Any:
        org, found = self._waiting()
        rows = [[row.name, *self._verdict(row.pieces)] for row in found]
        return org and (self.one([*EYES[org], EYES[org][0]]), {"rows": rows})

    def _verdict(self, pieces: int) -> list[int]:
        if self.chance.random() < 0.5:
            return [pieces, 0, 0, 0]
        cuts = sorted(self.chance.randint(0, pieces) for _n in range(3))
        return [pieces - cuts[2], cuts[2] - cuts[1], cuts[1] - cuts[0], cuts[0]]

    def _yes(self, kind: str) -> Any:
        row = self.one(self.model.of(kind))
        if not row:
            return None
        lot, own = self.model.lot_of(self.model.things[row.bag]), self.chance.random() < 0.5
        return (lot.maker if own else self.one(list(DESK[lot.org])), {"rows": [row.name], "paper": not own})

    def _confirm_hand_ins(self) -> Any:
        return self._yes("hand_in")

    def _confirm_give_backs(self) -> Any:
        return self._yes("give_back")

    def _deliver(self) -> Any:
        line = self.one(self.model.of("line", stage="open", final=True))
        return line and (
            "luo",
            {"line": line.name, "pieces": self.upto(max(1, line.accepted - line.delivered))},
        )

    def _sign_delivery(self) -> Any:
        return self.given("delivery", lambda thing: (self.one(["sun", "luo"]), {"delivery": thing.name}))

    # --- pay

    def _draw_up_slips(self) -> Any:
        return (
            None if not self.model.undrawn(self.day) and self.seldom() else (self.one(["luo", "system"]), {})
        )

    def _correct_pay(self) -> Any:
        row = self.one(self.model.of("inspection"))
        amount = row and self.one(
            [0, row.standing + 4_525, max(0, row.standing - 4_525), self.chance.randint(0, 99_999)]
        )
        return row and (self.one(list(BOOKS)), {"inspection": row.name, "amount": amount})

    def _set_bank_account(self) -> Any:
        maker = self.one([maker for maker in MAKERS if maker in self.model.relations])
        if not maker or (maker in self.model.cards and self.seldom()):
            return None
        who = self.one([maker, "wang", HEADS["W"] if MAKERS[maker] == "W" else maker])
        return (who, {"maker": maker, "card": self.chance.randint(1, 3)})

    def _end_bank_account(self) -> Any:
        return self.given("card", lambda thing: (thing.who, {"card": thing.name}))

    def _set_account(self) -> Any:
        org = self.one(["W", "A"])
        if not self.model.money[org].owed or (org in self.model.cards and self.seldom()):
            return None
        return (HEADS[org], {"org": org, "card": self.chance.randint(1, 3)})

    def _prepare_batch(self) -> Any:
        return (self.one(list(BOOKS)), {})

    def _of_batch(self) -> Any:
        return self.given("batch", lambda thing: (self.one(list(BOOKS)), {"batch": thing.name}))

    _approve_batch = _cancel_batch = _export_sheet = _mark_sent = _of_batch

    def _confirm_payouts(self) -> Any:
        batch = self.one(self.model.of("batch"))
        listed = batch and self.chance.random() < 0.4
        rows = [row.name for row in self.some(self.model.of("payout", batch=batch.name))] if listed else []
        return batch and (self.one(list(BOOKS)), {"batch": batch.name, "payouts": rows})

    def _of_payout(self) -> Any:
        running = [row for row in self.model.of("payout") if row.stage in ON_THE_WAY]
        row = self.one(running if running and self.chance.random() < 0.8 else self.model.of("payout"))
        return row and (self.one(list(BOOKS)), {"payout": row.name})

    _fail_payout = _cancel_payout = _of_payout

    def _retry_payout(self) -> Any:
        return self.given("payout", lambda row: (self.one(list(BOOKS)), {"payout": row.name}), stage="failed")

    def _pay_cash(self) -> Any:
        told = self._of_payout()
        return told and (told[0], {**told[1], "witness": self.one(["ma", "feng", "luo", "m0"])})

    def _invoice(self) -> Any:
        order = self.one(self.model.of("order"))
        if not order:
            return None
        amount = self.upto(max(1, self.model.to_invoice(order.name)))
        return (
            self.one(["luo", "wang"]),
            {"order": order.name, "amount": amount, "number": self.chance.getrandbits(60)},
        )

    def _of_bill(self) -> Any:
        return self.given("invoice", lambda thing: (self.one(["luo", "wang"]), {"bill": thing.name}))

    _cancel_invoice = _of_bill

    def _receive_fee(self) -> Any:
        bill = self.one(self.model.of("invoice"))
        return bill and (
            self.one(["luo", "wang", "li"]),
            {"bill": bill.name, "amount": self.upto(bill.amount - bill.received)},
        )

    # --- the county's days

    def _give_role(self) -> Any:
        return None if self.model.of("role", stage="running") else ("wang", {})

    def _end_role(self) -> Any:
        return self.given("role", lambda thing: ("wang", {"role": thing.name}), stage="running")

    def _close_period(self) -> Any:
        return ("wang", {"back": self.chance.choice([0, 1, 1, 1])})

    def _sign_checkpoint(self) -> Any:
        return ("system", {})


PRELUDE = (
    "open_order", "add_line", "place_order", "receive_material", "share_out", "share_out", "claim", "claim",
    "pack_bags", "issue_bags", "hand_in",
)  # fmt: skip
MOODS: tuple[Mapping[str, float], ...] = (TERMS, STORES, AFTER, {})
# What can seldom be done weighs much: an act that is not possible is told anew.
WEIGHTS = {
    "enquire": 1, "close_enquiry": 0.2, "quote": 1, "send_quote": 6, "accept_quote": 8, "decline_quote": 0.5,
    "make_sample": 0.5, "approve_sample_for_enterprise": 4, "approve_sample_for_centre": 4, "refuse_sample": 0.3,
    "set_rate": 0.6, "open_order": 12, "add_line": 8, "drop_line": 0.6, "place_order": 12, "close_order": 6,
    "cancel_order": 0.5, "share_out": 12, "take_back_share": 1.5,
    "claim": 14, "claim_many": 5, "confirm_claim": 2, "close_lot": 2, "start_plan": 2, "record_plan": 12,
    "publish_plan": 12, "publish_part": 14, "end_publishing": 3,
    "stop_plan": 0.7, "repair_plan": 1.5, "plan_again": 1, "discard_plan": 0.7, "accept_offer": 12, "not_this_time": 4, "withdraw_offer": 2,
    "expire_offers": 1, "forget_offers": 1.5, "pack_bags": 16, "unpack_bags": 0.7, "issue_bags": 20,
    "cancel_issue": 4, "hand_in": 30, "hand_in_mended": 6, "cancel_hand_in": 2, "confirm_hand_ins": 2,
    "confirm_give_backs": 1, "give_back": 4, "report_loss": 3, "lose_bags": 1, "inspect": 40, "deliver": 16,
    "sign_delivery": 2, "draw_up_slips": 14, "correct_pay": 4, "set_bank_account": 5, "end_bank_account": 0.6,
    "set_account": 2, "prepare_batch": 9, "approve_batch": 20, "cancel_batch": 1, "export_sheet": 3,
    "mark_sent": 30, "confirm_payouts": 30, "fail_payout": 10, "retry_payout": 40, "pay_cash": 10, "cancel_payout": 1.5,
    "invoice": 20, "cancel_invoice": 2, "receive_fee": 30, "give_role": 1.5, "end_role": 3, "close_period": 0.4, "sign_checkpoint": 0.5,
    **TERMS, **STORES, **AFTER,
}  # fmt: skip
