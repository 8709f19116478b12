"""The chart of the ledger: one line a verb, the only place where purposes of accounts are named.

Every verb takes `cause`, the name of the row that explains it (`core.models.ref`); an amount of zero books
nothing.
"""

from __future__ import annotations

from gongfang.core.action import Act
from gongfang.ledger.accounts import CNY, Account, Holder, material, piece
from gongfang.ledger.posting import Transfer, book


def organisation(organisation_id: int) -> Holder:
    return Holder("organisation", organisation_id)


def relation(relation_id: int) -> Holder:
    return Holder("relation", relation_id)


def order(order_id: int) -> Holder:
    return Holder("order", order_id)


def line(line_id: int) -> Holder:
    return Holder("line", line_id)


def lot(lot_id: int) -> Holder:
    return Holder("lot", lot_id)


def _move(
    act: Act, commodity: str, amount: int, cause: str, source: tuple[Holder, str], target: tuple[Holder, str]
) -> None:
    book(act, Transfer(Account(*source, commodity), Account(*target, commodity), amount, cause))


# Supplied material: outside → store → custody → used or lost


def receive(
    act: Act, *, order_id: int, supplier_id: int, store_id: int, material_id: int, amount: int, cause: str
) -> None:
    """Material of an order arrives from its supplier in a store."""
    outside, store = (organisation(supplier_id), "outside"), (organisation(store_id), "store")
    _move(act, material(order_id, material_id), amount, cause, outside, store)


def send_back(
    act: Act, *, order_id: int, supplier_id: int, store_id: int, material_id: int, amount: int, cause: str
) -> None:
    """Material that was not used travels from a store back to its supplier."""
    store, returned = (organisation(store_id), "store"), (organisation(supplier_id), "returned")
    _move(act, material(order_id, material_id), amount, cause, store, returned)


def move_store(
    act: Act,
    *,
    order_id: int,
    store_id: int,
    to_store_id: int,
    material_id: int,
    amount: int,
    cause: str,
) -> None:
    """Material moves from one store to another, such as from the operator to a workshop."""
    store, other = (organisation(store_id), "store"), (organisation(to_store_id), "store")
    _move(act, material(order_id, material_id), amount, cause, store, other)


def issue(
    act: Act, *, order_id: int, store_id: int, lot_id: int, material_id: int, amount: int, cause: str
) -> None:
    """Material leaves the store with a lot."""
    store, custody = (organisation(store_id), "store"), (lot(lot_id), "custody")
    _move(act, material(order_id, material_id), amount, cause, store, custody)


def give_back(
    act: Act, *, order_id: int, store_id: int, lot_id: int, material_id: int, amount: int, cause: str
) -> None:
    """Unused material comes back from a lot to the store."""
    custody, store = (lot(lot_id), "custody"), (organisation(store_id), "store")
    _move(act, material(order_id, material_id), amount, cause, custody, store)


def consume(act: Act, *, order_id: int, lot_id: int, material_id: int, amount: int, cause: str) -> None:
    """Material of a lot went into pieces, good or bad."""
    custody, used = (lot(lot_id), "custody"), (lot(lot_id), "used")
    _move(act, material(order_id, material_id), amount, cause, custody, used)


def lose(act: Act, *, order_id: int, lot_id: int, material_id: int, amount: int, cause: str) -> None:
    """Material of a lot is gone."""
    custody, lost = (lot(lot_id), "custody"), (lot(lot_id), "lost")
    _move(act, material(order_id, material_id), amount, cause, custody, lost)


def find(act: Act, *, order_id: int, lot_id: int, material_id: int, amount: int, cause: str) -> None:
    """Material of a lot that was gone is there again."""
    lost, custody = (lot(lot_id), "lost"), (lot(lot_id), "custody")
    _move(act, material(order_id, material_id), amount, cause, lost, custody)


def hand_over(
    act: Act, *, order_id: int, lot_id: int, to_lot_id: int, material_id: int, amount: int, cause: str
) -> None:
    """Material goes from the hands of one maker into those of another."""
    custody, other = (lot(lot_id), "custody"), (lot(to_lot_id), "custody")
    _move(act, material(order_id, material_id), amount, cause, custody, other)


def trim(
    act: Act, *, order_id: int, store_id: int, lot_id: int, material_id: int, amount: int, cause: str
) -> None:
    """What fell off while pieces were made lies in a store, because the enterprise wants it back."""
    custody, offcuts = (lot(lot_id), "custody"), (organisation(store_id), "offcuts")
    _move(act, material(order_id, material_id), amount, cause, custody, offcuts)


def send_offcuts(
    act: Act, *, order_id: int, supplier_id: int, store_id: int, material_id: int, amount: int, cause: str
) -> None:
    """Offcuts travel back to the enterprise."""
    offcuts, returned = (organisation(store_id), "offcuts"), (organisation(supplier_id), "returned")
    _move(act, material(order_id, material_id), amount, cause, offcuts, returned)


def count_missing(
    act: Act, *, order_id: int, store_id: int, material_id: int, amount: int, cause: str
) -> None:
    """A stocktake found less in a store than was booked."""
    store, difference = (organisation(store_id), "store"), (organisation(store_id), "difference")
    _move(act, material(order_id, material_id), amount, cause, store, difference)


def count_surplus(
    act: Act, *, order_id: int, store_id: int, material_id: int, amount: int, cause: str
) -> None:
    """A stocktake found more in a store than was booked."""
    difference, store = (organisation(store_id), "difference"), (organisation(store_id), "store")
    _move(act, material(order_id, material_id), amount, cause, difference, store)


# Pieces: making → handed in → accepted, rework, rejected or lost → delivered


def make(act: Act, *, line_id: int, lot_id: int, pieces: int, cause: str) -> None:
    """Finished pieces of a lot are handed in and wait for inspection."""
    _move(act, piece(line_id), pieces, cause, (lot(lot_id), "making"), (lot(lot_id), "handed_in"))


def accept(act: Act, *, line_id: int, lot_id: int, pieces: int, cause: str) -> None:
    """Pieces handed in are good; they belong to the order line now."""
    _move(act, piece(line_id), pieces, cause, (lot(lot_id), "handed_in"), (line(line_id), "accepted"))


def rework(act: Act, *, line_id: int, lot_id: int, pieces: int, cause: str) -> None:
    """Pieces handed in go back to be mended."""
    _move(act, piece(line_id), pieces, cause, (lot(lot_id), "handed_in"), (lot(lot_id), "rework"))


def make_again(act: Act, *, line_id: int, lot_id: int, pieces: int, cause: str) -> None:
    """Mended pieces are handed in again."""
    _move(act, piece(line_id), pieces, cause, (lot(lot_id), "rework"), (lot(lot_id), "handed_in"))


def reject(act: Act, *, line_id: int, lot_id: int, pieces: int, cause: str) -> None:
    """Pieces handed in cannot be used."""
    _move(act, piece(line_id), pieces, cause, (lot(lot_id), "handed_in"), (lot(lot_id), "rejected"))


def lose_pieces(act: Act, *, line_id: int, lot_id: int, pieces: int, cause: str) -> None:
    """Pieces handed in are gone."""
    _move(act, piece(line_id), pieces, cause, (lot(lot_id), "handed_in"), (lot(lot_id), "lost"))


def clear_shelf(act: Act, *, line_id: int, lot_id: int, way: str, pieces: int, cause: str) -> None:
    """Rejected pieces leave the shelf: scrapped, back to the enterprise, sold as seconds or given to the maker."""
    _move(act, piece(line_id), pieces, cause, (lot(lot_id), "rejected"), (lot(lot_id), way))


def pass_on(act: Act, *, line_id: int, lot_id: int, pieces: int, cause: str) -> None:
    """Accepted pieces of a step go, half-made, to the lot that does the next one."""
    _move(act, piece(line_id), pieces, cause, (line(line_id), "accepted"), (lot(lot_id), "half_made"))


def bring_back_half_made(act: Act, *, line_id: int, lot_id: int, pieces: int, cause: str) -> None:
    """Half-made pieces come back from a lot as they went out."""
    _move(act, piece(line_id), pieces, cause, (lot(lot_id), "half_made"), (line(line_id), "accepted"))


def work_on(act: Act, *, line_id: int, lot_id: int, pieces: int, cause: str) -> None:
    """The next step was done to half-made pieces of a lot, well or badly."""
    _move(act, piece(line_id), pieces, cause, (lot(lot_id), "half_made"), (lot(lot_id), "worked_on"))


def lose_half_made(act: Act, *, line_id: int, lot_id: int, pieces: int, cause: str) -> None:
    """Half-made pieces of a lot are gone."""
    _move(act, piece(line_id), pieces, cause, (lot(lot_id), "half_made"), (lot(lot_id), "half_lost"))


def find_half_made(act: Act, *, line_id: int, lot_id: int, pieces: int, cause: str) -> None:
    """Half-made pieces that were gone are with the next maker again."""
    _move(act, piece(line_id), pieces, cause, (lot(lot_id), "half_lost"), (lot(lot_id), "half_made"))


def deliver(act: Act, *, line_id: int, pieces: int, cause: str) -> None:
    """Accepted pieces go to the enterprise."""
    _move(act, piece(line_id), pieces, cause, (line(line_id), "accepted"), (line(line_id), "delivered"))


def claim_back(act: Act, *, line_id: int, pieces: int, cause: str) -> None:
    """Pieces the enterprise complains of come back."""
    _move(act, piece(line_id), pieces, cause, (line(line_id), "delivered"), (line(line_id), "claimed"))


def deliver_again(act: Act, *, line_id: int, pieces: int, cause: str) -> None:
    """Pieces that came back go to the enterprise once more, mended or as they were."""
    _move(act, piece(line_id), pieces, cause, (line(line_id), "claimed"), (line(line_id), "delivered"))


def write_off(act: Act, *, line_id: int, pieces: int, cause: str) -> None:
    """Pieces that came back are of no use to the enterprise."""
    _move(act, piece(line_id), pieces, cause, (line(line_id), "claimed"), (line(line_id), "written_off"))


# What people and agents earn: cost → owed → transit → paid


def accrue(act: Act, *, operator_id: int, relation_id: int, amount: int, cause: str) -> None:
    """A person has earned; the operator owes it."""
    _move(act, CNY, amount, cause, (organisation(operator_id), "cost"), (relation(relation_id), "owed"))


def accrue_margin(act: Act, *, operator_id: int, organisation_id: int, amount: int, cause: str) -> None:
    """An agent or workshop has earned its margin; the operator owes it."""
    earner = organisation(organisation_id)
    _move(act, CNY, amount, cause, (organisation(operator_id), "cost"), (earner, "owed"))


def approve_payout(act: Act, *, payee: Holder, amount: int, cause: str) -> None:
    """A payout is on its way through the bank; the payee is a relation or an organisation."""
    _move(act, CNY, amount, cause, (payee, "owed"), (payee, "transit"))


def confirm_payout(act: Act, *, payee: Holder, amount: int, cause: str) -> None:
    """The bank has paid."""
    _move(act, CNY, amount, cause, (payee, "transit"), (payee, "paid"))


def fail_payout(act: Act, *, payee: Holder, amount: int, cause: str) -> None:
    """The bank could not pay; the amount is owed again."""
    _move(act, CNY, amount, cause, (payee, "transit"), (payee, "owed"))


def pay_cash(act: Act, *, payee: Holder, amount: int, cause: str) -> None:
    """Cash was handed over against a signature."""
    _move(act, CNY, amount, cause, (payee, "owed"), (payee, "paid"))


def set_off(act: Act, *, payee: Holder, amount: int, cause: str) -> None:
    """With the payee's consent, what was overpaid is set against what is owed."""
    _move(act, CNY, amount, cause, (payee, "owed"), (payee, "overpaid"))


def advance(act: Act, *, operator_id: int, relation_id: int, amount: int, cause: str) -> None:
    """A person is owed pay before it is earned; instalments of it go back when slips are drawn up."""
    _move(act, CNY, amount, cause, (organisation(operator_id), "cost"), (relation(relation_id), "owed"))


def repay_advance(act: Act, *, operator_id: int, relation_id: int, amount: int, cause: str) -> None:
    """What a person has earned is set off against what was advanced."""
    _move(act, CNY, amount, cause, (relation(relation_id), "owed"), (organisation(operator_id), "cost"))


def advance_margin(act: Act, *, operator_id: int, organisation_id: int, amount: int, cause: str) -> None:
    """An agent or workshop is owed margin before it is earned."""
    earner = organisation(organisation_id)
    _move(act, CNY, amount, cause, (organisation(operator_id), "cost"), (earner, "owed"))


def repay_margin(act: Act, *, operator_id: int, organisation_id: int, amount: int, cause: str) -> None:
    """Margin that was earned is set off against what was advanced."""
    earner = organisation(organisation_id)
    _move(act, CNY, amount, cause, (earner, "owed"), (organisation(operator_id), "cost"))


def deduct(act: Act, *, relation_id: int, amount: int, cause: str) -> None:
    """With the person's consent and within the law, a part of the pay is kept."""
    _move(act, CNY, amount, cause, (relation(relation_id), "owed"), (relation(relation_id), "kept"))


def withhold_tax(act: Act, *, relation_id: int, amount: int, cause: str) -> None:
    """Tax is withheld from the pay, for the tax office."""
    _move(act, CNY, amount, cause, (relation(relation_id), "owed"), (relation(relation_id), "tax"))


def insure(act: Act, *, operator_id: int, amount: int, cause: str) -> None:
    """The operator has paid an insurance for a person at work: its own cost."""
    operator = organisation(operator_id)
    _move(act, CNY, amount, cause, (operator, "cost"), (operator, "insured"))


# What the enterprise owes: outside → due → received


def invoice(act: Act, *, order_id: int, enterprise_id: int, amount: int, cause: str) -> None:
    """The fee of an order is invoiced to its enterprise."""
    _move(act, CNY, amount, cause, (organisation(enterprise_id), "outside"), (order(order_id), "fee_due"))


def receive_fee(act: Act, *, order_id: int, operator_id: int, amount: int, cause: str) -> None:
    """The enterprise has paid a fee to the operator."""
    _move(act, CNY, amount, cause, (order(order_id), "fee_due"), (organisation(operator_id), "fee_received"))


def owe_refund(act: Act, *, order_id: int, operator_id: int, amount: int, cause: str) -> None:
    """A fee that was paid is credited; the operator owes it back."""
    received = (organisation(operator_id), "fee_received")
    _move(act, CNY, amount, cause, received, (order(order_id), "fee_credit"))


def refund_fee(act: Act, *, order_id: int, enterprise_id: int, amount: int, cause: str) -> None:
    """The operator has paid a credited fee back to the enterprise."""
    _move(act, CNY, amount, cause, (order(order_id), "fee_credit"), (organisation(enterprise_id), "outside"))
