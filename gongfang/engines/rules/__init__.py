"""Decides by rules that are data: who is entitled to what, on which day, and why.

`read_policy` reads a policy out of JSON or refuses it with the place and the reason; `Policy.on(day)` is what counts
on a day. `select_answers`, `select_met` and `count_answers` ask a whole county in one statement; `judge` answers for
one person in the same way, with reasons and with what is still missing. `Teller`, `payment` and `reckoned` say it in
Chinese and in English.
"""

from gongfang.engines.rules.answer import Answer, judge
from gongfang.engines.rules.fields import Field, Kind, Span, Value, Vocabulary
from gongfang.engines.rules.judging import Facts, Reason
from gongfang.engines.rules.policy import Policy, read_policy
from gongfang.engines.rules.reading import parse
from gongfang.engines.rules.reckoning import Step
from gongfang.engines.rules.ruling import Parameter, Ruling, Setting, Version
from gongfang.engines.rules.saying import Teller
from gongfang.engines.rules.sql import (
    Source,
    Statement,
    count_answers,
    select_answers,
    select_facts,
    select_met,
)
from gongfang.engines.rules.telling import payment, reckoned
from gongfang.engines.rules.text import Text
from gongfang.engines.rules.wrong import NoValue, WrongRule

__all__ = [
    "Answer",
    "Facts",
    "Field",
    "Kind",
    "NoValue",
    "Parameter",
    "Policy",
    "Reason",
    "Ruling",
    "Setting",
    "Source",
    "Span",
    "Statement",
    "Step",
    "Teller",
    "Text",
    "Value",
    "Version",
    "Vocabulary",
    "WrongRule",
    "count_answers",
    "judge",
    "parse",
    "payment",
    "read_policy",
    "reckoned",
    "select_answers",
    "select_facts",
    "select_met",
]
