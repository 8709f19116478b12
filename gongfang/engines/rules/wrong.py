"""What a rule is refused for: always with the place in its JSON and the reason, in both languages."""

from __future__ import annotations

from gongfang.engines.rules.text import Text


class WrongRule(ValueError):  # noqa: N818 - it says what is wrong with the rule, not that we failed
    """A rule makes no sense: `place` is the way to it in the JSON, `reason` says why and what would do."""

    def __init__(self, place: str, reason: Text) -> None:
        super().__init__(f"{place}: {reason.en}")
        self.place = place
        self.reason = reason


class NoValue(LookupError):  # noqa: N818 - said of a day, not of a failure
    """On this day no version, or no value of a parameter, was in force; `reason` says which."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


NOT_JSON = Text("这不是JSON：{}。", "This is not JSON: {}.")
TOO_LONG = Text("规则最多{}个字符。", "A rule has at most {} characters.")
TOO_DEEP = Text(
    "条件最多套{}层，请拆开写。", "Conditions lie at most {} deep in each other. Write them side by side."
)
TOO_MANY = Text("一条规则最多{}个条件和金额项。", "A rule has at most {} conditions and amounts in all.")
TWICE = Text("“{}”写了两次。", "“{}” stands here twice.")
NOT_AN_OBJECT = Text("这里要写一个对象。", "An object belongs here.")
NOT_A_LIST = Text("这里要写一个列表，至少一项。", "A list of at least one belongs here.")
NOT_TEXT = Text("这里要写一段文字，最多{}个字符。", "Words belong here, at most {} characters.")
NOT_BOTH = Text("中文（zh）和英文（en）都要写。", "Write it in Chinese (zh) and in English (en).")
UNKNOWN_SHAPE = Text(
    "不认识这一项的写法“{}”；可以用的有：{}。", "“{}” is not among what can be written here: {}."
)
UNKNOWN_FIELD = Text(
    "没有“{}”这个字段；可以用的字段有：{}。", "There is no field “{}” here; those to choose from: {}."
)
UNKNOWN_PARAMETER = Text("没有“{}”这个参数。", "There is no parameter “{}”.")
UNKNOWN_CHOICE = Text("“{}”不在可选的值里：{}。", "“{}” is not among the choices: {}.")
WRONG_KIND = Text("“{}”是{}，不能这样用。", "“{}” is {}, which cannot be used like this.")
NOT_A_NUMBER = Text(
    "这里要写一个整数（没有小数，金额以毫计）。", "A whole number belongs here (no decimals; money in 毫)."
)
NOT_A_DAY = Text("这里要写一个日期，例如“2022-11-01”。", "A day belongs here, written like “2022-11-01”.")
NOT_A_DIVISION = Text("“{}”不是12位的区划代码。", "“{}” is not the 12 digits of a division.")
OUT_OF_RANGE = Text("{}超出了范围：{}至{}。", "{} is out of range: {} to {}.")
NO_UNIT = Text("“{}”没有计量单位，不能按个数计算。", "“{}” has no unit to pay for.")
NOT_A_PAIR = Text("每一档写两个数：起点和金额。", "A tier is two numbers: where it begins, and what it pays.")
NOT_RISING = Text("各档的起点必须一档比一档高。", "Each tier begins above the one before it.")
ENDS_BEFORE = Text("结束日早于开始日。", "It ends before it begins.")
OVERLAPS = Text("与前一段时间重叠。", "It overlaps with the one before it.")
PARAMETER_GAP = Text(
    "参数“{}”在{}没有值，而这一版那天有效。",
    "The parameter “{}” has no value on {}, when this version is in force.",
)
NOT_THERE_YET = Text("{}没有有效的版本。", "No version was in force on {}.")
NOTHING_WRITTEN = Text("参数“{}”在{}没有值。", "The parameter “{}” has no value on {}.")
NOBODY = Text(
    "谁也不可能同时符合这些条件，请检查互相矛盾的地方。",
    "Nobody can ever meet these conditions. Look for those that exclude each other.",
)
TOO_MUCH = Text(
    "一次可能发到{}，超过了上限{}；请加上封顶。",
    "This could pay {} at once, more than {}. Put a cap on it.",
)
NEVER_USED = Text("参数“{}”没有用到。", "The parameter “{}” is never used.")
