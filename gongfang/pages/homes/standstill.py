"""What stands before everything else: the county was restored from a copy and waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from gongfang.core.members import Member
from gongfang.core.models import Continuity
from gongfang.pages.homes.home import Home, Main
from gongfang.ui.formats import moment
from gongfang.ui.ways import reverse


def before_everything(member: Member, homes: Sequence[Home]) -> list[Home]:
    """Let whoever has to do with the bank read first that nobody is paid until books and bank agree."""
    if not homes or not member.holds("officer", "manager", "auditor"):
        return list(homes)
    continuity = Continuity.current()
    if continuity.frozen_at is None:
        return list(homes)
    sentence = _(
        "Nobody is paid: this county was brought back as it stood on %(copy)s. Compare it with the bank first."
    ) % {"copy": moment(continuity.copy_made_at)}
    main = Main(_("See what comes next"), reverse("backup:standstill"), "lock")
    return [replace(homes[0], sentence=sentence, kind="act", main=main), *homes[1:]]
