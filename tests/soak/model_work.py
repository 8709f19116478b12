"""The model of orders and of sharing their work out."""

from __future__ import annotations

from types import SimpleNamespace as Thing
from typing import Any

from tests.soak.model import (
    BAG,
    BAGS_AT_ONCE,
    CONTRACT,
    DUE,
    MAKERS,
    OFFER_DAYS,
    PRODUCTS,
    Answer,
    Base,
    Effect,
    agree,
    must,
)
from tests.soak.told import Told

COUNTERS = ("issued", "handed_in", "accepted", "rework", "rejected", "lost")
NOTHING: Effect = lambda answer: None  # noqa: E731


def zero(**facts: Any) -> dict[str, Any]:
    return {**dict.fromkeys(COUNTERS, 0), **facts}


class Work(Base):
    """From the enterprise's question to what each person took."""

    # --- agreements

    def enquire(self, told: Told, pieces: int) -> Effect:
        must(pieces > 0, "pieces")
        return lambda answer: self._one("enquiry", told, answer, stage="open", pieces=pieces)

    def _one(self, kind: str, told: Told, answer: Answer, **facts) -> None:
        self.new(kind, told, 0, answer[0]["pk"], **facts)

    def close_enquiry(self, told: Told, enquiry: str) -> Effect:
        thing = self.things[enquiry]
        must(thing.stage in ("open", "quoted"), "closed already")
        return lambda answer: setattr(thing, "stage", "closed")

    def quote(self, told: Told, enquiry: str, fee: int, wage: int) -> Effect:
        thing = self.things[enquiry]
        must(thing.stage in ("open", "quoted"), "the enquiry is over")
        must(wage >= 1 and fee >= wage, "the fee carries the wage")

        def effect(answer: Answer) -> None:
            thing.stage = "quoted"
            self._one(
                "quote",
                told,
                answer,
                stage="draft",
                enquiry=enquiry,
                sent_by="",
                fee=fee,
                pieces=thing.pieces,
            )

        return effect

    def send_quote(self, told: Told, quote: str) -> Effect:
        thing = self.things[quote]
        must(thing.stage == "draft", "sent already")

        def effect(answer: Answer) -> None:
            thing.stage, thing.sent_by = "sent", told.who

        return effect

    def accept_quote(self, told: Told, quote: str) -> Effect:
        return self._answered(told, quote, "accepted", "closed")

    def decline_quote(self, told: Told, quote: str) -> Effect:
        return self._answered(told, quote, "declined", "open")

    def _answered(self, told: Told, quote: str, stage: str, enquiry_stage: str) -> Effect:
        thing = self.things[quote]
        enquiry = self.things[thing.enquiry]
        must(thing.stage == "sent" and told.who != thing.sent_by, "another answers what was sent")

        def effect(answer: Answer) -> None:
            thing.stage = stage
            if enquiry.stage != "closed":
                enquiry.stage = enquiry_stage

        return effect

    def make_sample(self, told: Told) -> Effect:
        return lambda answer: self._one("sample", told, answer, stage="made", hands={})

    def approve_sample_for_enterprise(self, told: Told, sample: str) -> Effect:
        return self._approved(told, sample, "enterprise", "centre")

    def approve_sample_for_centre(self, told: Told, sample: str) -> Effect:
        return self._approved(told, sample, "centre", "enterprise")

    def _approved(self, told: Told, sample: str, side: str, other: str) -> Effect:
        thing = self.things[sample]
        must(thing.stage == "made" and side not in thing.hands, "approved once, while it is looked at")
        must(thing.hands.get(other) != told.who, "two persons")

        def effect(answer: Answer) -> None:
            thing.hands[side] = told.who
            thing.stage = "sealed" if len(thing.hands) == 2 else "made"

        return effect

    def refuse_sample(self, told: Told, sample: str) -> Effect:
        thing = self.things[sample]
        must(thing.stage == "made", "still looked at")
        return lambda answer: setattr(thing, "stage", "refused")

    def set_rate(self, told: Told, hao: int) -> Effect:
        must(hao > 0 and told.day not in self.rates["knot"], "one rate a day, of more than nothing")
        return lambda answer: self.rates["knot"].__setitem__(told.day, hao)

    # --- orders

    def open_order(self, told: Told, offcuts: bool = False, quote: str = "") -> Effect:
        offer = self.things[quote] if quote else None
        must(offer is None or offer.stage == "accepted", "only an accepted quote becomes an order")
        ordered = [order for order in self.of("order", quote=quote) if order.stage != "cancelled"]
        must(not quote or not ordered, "a quote becomes an order once")

        def effect(answer: Answer) -> None:
            facts = {"due": 0, "credit": 0, "quote": quote, "offcuts": offcuts, "closed_by": "", "version": 1}
            facts["due_on"] = DUE
            self._one("order", told, answer, stage="draft", **facts)
            if offer is not None:
                price = {"pieces": offer.pieces, "fee": offer.fee}
                self.add_lines(told, answer[0]["lines"], f"order@{told.no}.0", "knot", **price)

        return effect

    def add_lines(
        self, told: Told, pks: list[int], order: str, product: str, *, stage: str = "draft", **price: int
    ) -> None:
        """A line a step; the last one is delivered, each other feeds the next."""
        steps, before = PRODUCTS[product], ""
        agree(len(steps), len(pks), f"lines of a {product}")
        for number, (step, pk) in enumerate(zip(steps, pks, strict=True)):
            facts = zero(
                order=order, step=step, fed_by=before, feeds="", final=step == steps[-1], stage=stage
            )
            made = dict.fromkeys(
                ("shared", "delivered", "passed_on", "earned", "returned", "replaced", "credited"), 0
            )
            name = self.new("line", told, number, pk, **facts, **made, **{"over": 0, "due": DUE, **price})
            if before:
                self.things[before].feeds = name
            before = name

    def add_line(
        self, told: Told, order: str, pieces: int, fee: int, over: int, product: str = "knot"
    ) -> Effect:
        must(self.things[order].stage == "draft" and pieces > 0, "a draft takes lines of pieces")

        def effect(answer: Answer) -> None:
            self.add_lines(told, answer[0]["steps"], order, product, pieces=pieces, fee=fee, over=over)

        return effect

    def steps_of(self, line: Thing) -> list[Thing]:
        """All steps of a piece, the first in front."""
        first = line
        while first.fed_by:
            first = self.things[first.fed_by]
        steps = [first]
        while steps[-1].feeds:
            steps.append(self.things[steps[-1].feeds])
        return steps

    def after(self, line: Thing) -> list[Thing]:
        steps = self.steps_of(line)
        return steps[steps.index(line) + 1 :]

    def drop_line(self, told: Told, line: str) -> Effect:
        thing = self.things[line]
        must(thing.stage == "draft" and thing.final, "only a draft's line is dropped, all its steps at once")
        steps = self.steps_of(thing)
        return lambda answer: self._stages(steps, "cancelled")

    def lines_of(self, order: str, stage: str = "") -> list[Thing]:
        return [line for line in self.of("line", order=order) if not stage or line.stage == stage]

    def place_order(self, told: Told, order: str) -> Effect:
        lines = self.lines_of(order, "draft")
        must(self.things[order].stage == "draft" and lines, "a draft with lines")
        pieces = sum(line.pieces for line in lines if line.final)
        must(self.called_off() + pieces <= CONTRACT, "within the contract")
        return lambda answer: self._ended(order, lines, "open")

    def called_off(self) -> int:
        """The pieces placed orders took of the contract: of a closed one those that were made."""
        lines = [line for line in self.of("line") if line.final]
        running = sum(line.pieces for line in lines if line.stage == "open")
        made = sum(line.accepted - line.replaced for line in lines if line.stage == "closed")
        return int(running + made)

    def _ended(self, order: str, lines: list[Thing], stage: str) -> None:
        self._stages([self.things[order], *lines], stage)

    def _stages(self, things: list[Thing], stage: str) -> None:
        for thing in things:
            thing.stage = stage

    def close_order(self, told: Told, order: str) -> Effect:
        lines = self.lines_of(order, "open")
        must(self.things[order].stage == "open", "an open order")
        must(all(line.accepted == line.delivered for line in lines if line.final), "everything is delivered")
        must(not any(line.returned for line in self.lines_of(order)), "every claim has its answer")

        def effect(answer: Answer) -> None:
            self._ended(order, lines, "closed")
            self.things[order].closed_by = told.who

        return effect

    def cancel_order(self, told: Told, order: str) -> Effect:
        must(self.things[order].stage in ("draft", "open"), "still running")
        must(not any(line.issued for line in self.lines_of(order)), "no bag is out")
        lines = [line for line in self.lines_of(order) if line.stage in ("draft", "open")]
        return lambda answer: self._ended(order, lines, "cancelled")

    # --- sharing out

    def share_out(self, told: Told, line: str, org: str, pieces: int, margin: int) -> Effect:
        thing = self.things[line]
        must(thing.stage == "open" and pieces > 0, "pieces of an open line")
        must(pieces <= self.to_share(thing), "nothing is shared out twice")
        must(self._piece_costs(thing, told.day) + margin <= thing.fee, "the fee carries rates and margins")

        def effect(answer: Answer) -> None:
            thing.shared += pieces
            facts = zero(line=line, org=org, pieces=pieces, margin=margin, claimed=0, offered=0, stage="open")
            facts["due"] = thing.due
            self._one("share", told, answer, **facts)

        return effect

    def to_share(self, line: Thing) -> int:
        """What is ordered and within tolerance, and what has to be made again for this step or a later one."""
        most = line.pieces + line.pieces * line.over // 1000
        again = sum(step.rejected + step.lost + step.replaced for step in (line, *self.after(line)))
        return max(0, most + again - int(line.shared))

    def _piece_costs(self, line: Thing, day: int) -> int:
        """The rates of all steps, and the largest margin agreed for each of the others."""
        costs = 0
        for step in self.steps_of(line):
            margins = [share.margin for share in self.of("share", line=step.name)] if step is not line else []
            costs += self.rate(step.step, day) + max(margins, default=0)
        return costs

    def free(self, share: Thing) -> int:
        return share.pieces - share.claimed - share.offered

    def running(self, share: Thing) -> bool:
        return share.stage == "open" and self.things[share.line].stage == "open"

    def take_back_share(self, told: Told, share: str, pieces: int) -> Effect:
        thing = self.things[share]
        must(self.running(thing) and 1 <= pieces <= self.free(thing), "only what nobody took")

        def effect(answer: Answer) -> None:
            self._return(thing, pieces)
            if thing.pieces == 0:
                thing.stage = "cancelled"

        return effect

    def _return(self, share: Thing, pieces: int) -> None:
        share.pieces -= pieces
        self.things[share.line].shared -= pieces

    def left(self, lot: Thing) -> int:
        return max(0, lot.pieces - lot.accepted - lot.rejected - lot.lost)

    def room(self, maker: str) -> int:
        held = sum(-(-self.left(lot) // BAG) for lot in self.of("lot", maker=maker, stage="open"))
        return max(0, BAGS_AT_ONCE - held) * BAG

    def claim(self, told: Told, share: str, maker: str, pieces: int) -> Effect:
        return self.claim_many(told, share, [[maker, pieces]])

    def claim_many(self, told: Told, share: str, rows: list[Any]) -> Effect:
        thing = self.things[share]
        must(self.running(thing), "work that is open")
        must(all(MAKERS[maker] == thing.org for maker, _n in rows), "people of this workshop")
        must(all(pieces > 0 for _maker, pieces in rows), "pieces")
        must(sum(pieces for _maker, pieces in rows) <= self.free(thing), "no more than is left")
        must(all(pieces <= self.room(maker) for maker, pieces in rows), "no more than a person may hold")

        def effect(answer: Answer) -> None:
            for number, ((maker, pieces), row) in enumerate(zip(rows, answer, strict=True)):
                self._lot(told, number, row, thing, maker, pieces)

        return effect

    def _lot(
        self, told: Told, number: int, row: dict[str, Any], share: Thing, maker: str, pieces: int
    ) -> None:
        self.relations.setdefault(maker, row["relation"])
        agree(self.relations[maker], row["relation"], f"terms of {maker}")
        share.claimed += pieces
        own = told.who == maker and not told.on_behalf
        facts = zero(
            share=share.name, line=share.line, org=share.org, maker=maker, pieces=pieces, stage="open"
        )
        facts |= {"half_made": 0, "worked_on": 0, "half_lost": 0}
        self.new(
            "lot",
            told,
            number,
            row["pk"],
            **facts,
            day=told.day,
            waits=not own,
            margin=share.margin,
            due=share.due,
        )

    def confirm_claim(self, told: Told, lot: str, paper: bool) -> Effect:
        thing = self.things[lot]
        must(thing.waits and (paper or told.who == thing.maker), "a yes that is still missing")
        return lambda answer: setattr(thing, "waits", False)

    def close_lot(self, told: Told, lot: str) -> Effect:
        thing = self.things[lot]
        must(thing.stage == "open", "open")
        must(thing.issued <= thing.accepted + thing.rejected + thing.lost, "nothing outside")
        if thing.kind == "share":
            must(not thing.offered and not self.of("lot", share=lot, stage="open"), "nobody holds some of it")

        def effect(answer: Answer) -> None:
            if thing.kind == "lot":
                self.things[thing.share].claimed -= self.left(thing)
            elif self.things[thing.line].stage == "open":
                self._return(thing, self.free(thing))
            thing.stage = "closed"

        return effect

    # --- plans and offers

    def start_plan(self, told: Told, org: str) -> Effect:
        shares = self.of("share", org=org)
        must(any(self.running(share) and self.free(share) for share in shares), "free work")
        return self._begun(told, org)

    def repair_plan(self, told: Told, plan: str) -> Effect:
        return self._anew(told, plan)

    def plan_again(self, told: Told, plan: str) -> Effect:
        return self._anew(told, plan)

    def _anew(self, told: Told, plan: str) -> Effect:
        must(self.things[plan].stage in ("draft", "published"), "a plan that was read")
        return self._begun(told, self.things[plan].org, before=plan)

    def _begun(self, told: Told, org: str, *, before: str = "") -> Effect:
        at_work = [*self.of("plan", org=org, stage="planning"), *self.of("plan", org=org, stage="publishing")]
        must(not at_work, "one plan at a time")

        def effect(answer: Answer) -> None:
            for plan in self.of("plan", org=org, stage="draft"):
                plan.stage = "discarded" if plan.name != before else plan.stage
            self._one("plan", told, answer, org=org, stage="planning", lines=[], asked_at=[])

        return effect

    def stop_plan(self, told: Told, plan: str) -> Effect:
        must(self.things[plan].stage == "planning", "being planned")
        return NOTHING

    def record_plan(self, told: Told, plan: str, rows: list[Any]) -> Effect:
        thing = self.things[plan]
        must(thing.stage == "planning", "being planned")

        def effect(answer: Answer) -> None:
            thing.stage, thing.lines = "draft", rows

        return effect

    def discard_plan(self, told: Told, plan: str) -> Effect:
        thing = self.things[plan]
        must(thing.stage in ("planning", "draft"), "not published")
        return lambda answer: setattr(thing, "stage", "discarded")

    def publish_plan(self, told: Told, plan: str) -> Effect:
        thing = self.things[plan]
        must(thing.stage == "draft", "a plan that was read")

        def effect(answer: Answer) -> None:
            for other in self.of("plan", org=thing.org, stage="draft"):
                other.stage = "discarded"
            thing.stage = "publishing"

        return effect

    def end_publishing(self, told: Told, plan: str) -> Effect:
        thing = self.things[plan]
        must(thing.stage == "publishing", "going out")
        return lambda answer: setattr(thing, "stage", "published")

    def publish_part(self, told: Told, plan: str, org: str) -> Effect:
        thing = self.things[plan]
        must(thing.stage == "publishing", "going out")
        return lambda answer: self._asked(told, thing, org, answer)

    def _asked(self, told: Told, plan: Thing, org: str, answer: Answer) -> None:
        """Each once and only about what is free; nobody about an order they left for others."""
        if org in plan.asked_at:
            agree([], answer, "offers of a part that went out before")
            self.silent.add(told.no)
            return
        plan.asked_at.append(org)
        here = [row for row in plan.lines if self.things[row[0]].org == org]
        wanted = [row for row in here if self.willing(row[1], self._order(row[0]))]
        asked = 0
        for share, maker, pieces in wanted:
            free = min(pieces, self.free(self.things[share])) if self.running(self.things[share]) else 0
            if free and not self.of("offer", share=share, maker=maker, stage="open"):
                self.things[share].offered += free
                key = (self.pk[share], self.pk[maker])
                row = next((one for one in answer if (one["lot"], one["maker"]) == key), None)
                agree(row and row["pieces"], free, f"offer to {maker}")
                facts = {"share": share, "maker": maker, "pieces": free, "stage": "open"}
                self.new("offer", told, asked, row["pk"], **facts, until=told.day + OFFER_DAYS)
                asked += 1
        agree(asked, len(answer), "offers of a plan")

    def _order(self, share: str) -> str:
        order: str = self.things[self.things[share].line].order
        return order

    def willing(self, maker: str, order: str) -> bool:
        """Say whether this person neither left the order for others nor let a question about it run out."""
        left = [
            *self.of("offer", maker=maker, stage="not_now"),
            *self.of("offer", maker=maker, stage="expired"),
        ]
        return all(self._order(offer.share) != order for offer in left)

    def accept_offer(self, told: Told, offer: str, pieces: int) -> Effect:
        thing = self.things[offer]
        share = self.things[thing.share]
        must(thing.stage == "open" and told.day < thing.until, "an offer that still stands")
        must(
            1 <= pieces <= thing.pieces and self.running(share), "at most what was offered, of work that runs"
        )

        def effect(answer: Answer) -> None:
            thing.stage = "accepted"
            share.offered -= thing.pieces
            self._lot(told, 0, answer[0], share, thing.maker, pieces)

        return effect

    def not_this_time(self, told: Told, offer: str) -> Effect:
        return self._answer(offer, "not_now")

    def withdraw_offer(self, told: Told, offer: str) -> Effect:
        return self._answer(offer, "withdrawn")

    def _answer(self, offer: str, stage: str) -> Effect:
        must(self.things[offer].stage == "open", "still asked")
        return lambda answer: self._freed([self.things[offer]], stage)

    def _freed(self, offers: list[Thing], stage: str) -> None:
        for offer in offers:
            offer.stage = stage
            self.things[offer.share].offered -= offer.pieces

    def expire_offers(self, told: Told, offers: list[Any]) -> Effect:
        over = [
            thing
            for name in offers
            if (thing := self.things[name]).stage == "open" and thing.until <= told.day
        ]
        return lambda answer: self._freed(over, "expired")

    def forget_offers(self, told: Told, order: str) -> Effect:
        must(self.things[order].stage in ("closed", "cancelled"), "the order is over")
        of_order = [
            offer for offer in self.of("offer") if self.things[self.things[offer.share].line].order == order
        ]

        def effect(answer: Answer) -> None:
            self._freed([offer for offer in of_order if offer.stage == "open"], "withdrawn")
            for offer in of_order:
                if offer.stage != "accepted":
                    del self.things[offer.name], self.pk[offer.name]

        return effect
