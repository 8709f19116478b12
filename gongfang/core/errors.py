"""What a verb says when it will not be done: whole sentences that say what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refused(Exception):  # noqa: N818 -- a refusal is an answer, not a fault
    """A verb was refused and nothing was done; `sentence` says why and what to do next.

    `code` is a stable word for machines, `status` the HTTP status of both doors, `field` the form
    field the sentence belongs to, if it belongs to one.
    """

    code = "refused"
    status = 422

    def __init__(self, sentence: str | _StrPromise, *, code: str = "", field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.code
        self.field = field

    def __str__(self) -> str:
        return str(self.sentence)


class NotAllowed(Refused):
    """The person has no right to this verb on this thing."""

    code = "not_allowed"
    status = 403

    def __init__(self, sentence: str | _StrPromise = "") -> None:
        super().__init__(
            sentence or _("You may not do this. Ask the person in charge of this workshop or centre.")
        )


class SecondPersonNeeded(NotAllowed):
    """The same person had a hand in an earlier step of the same money."""

    code = "second_person"

    def __init__(self) -> None:
        super().__init__(_("You took part in an earlier step of this. Somebody else has to do this one."))


class KeyReused(Refused):
    """An idempotency key came back with other content or from somebody else."""

    code = "key_reused"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            _("This was already sent with other content. Reload the page and look before you send again.")
        )


class Gone(Refused):
    """The thing is not there, or not for this person to see."""

    code = "not_found"
    status = 404

    def __init__(self, sentence: str | _StrPromise = "") -> None:
        super().__init__(sentence or _("This is not here any more. Go back to the list and open it again."))


class Moved(Refused):
    """Somebody else was faster, or the thing is not at the stage this verb starts from."""

    code = "moved"
    status = 409


class Frozen(Refused):
    """The county was restored from a backup and waits for a person to reconcile it."""

    code = "frozen"
    status = 423

    def __init__(self) -> None:
        super().__init__(
            _(
                "This county was restored from a backup. Reconcile the last bank statement before money moves again."
            )
        )
