"""Products: what a piece is made of, how long it takes, what it earns, what the inspector looks at."""

from __future__ import annotations

from dataclasses import dataclass

from gongfang.oversight.codes import CONCENTRIC, KNOTTING


@dataclass(frozen=True)
class Stuff:
    """A material: its code, its name, the unit it is counted in, what a thousand units are worth in 毫."""

    code: str
    name: str
    unit: str
    worth: int


@dataclass(frozen=True)
class Point:
    """An inspection point: a question answered with yes or no, or a measure within bounds."""

    name: str
    low: int | None = None
    high: int | None = None
    unit: str = ""


@dataclass(frozen=True)
class Make:
    """A product of one step. `rate` and `fee` are 毫 a piece; without a rate the quote will set it."""

    code: str
    name: str
    category: str
    skill: str
    seconds: int
    demonstrated: int
    bag: int
    cap: int
    recipe: tuple[tuple[str, int], ...]
    points: tuple[Point, ...]
    rate: int | None
    fee: int
    margin: int = 0


SKILLS = {KNOTTING: "编结", "sewing": "缝制", "assembly": "组装"}
STUFF = (
    Stuff("rope-5", "5号韩国丝绳", "mm", 450),
    Stuff("rope-72", "72号玉线", "mm", 200),
    Stuff("tassel", "冰丝流苏", "piece", 3_000_000),
    Stuff("jade-bead", "仿玉珠", "piece", 2_000_000),
    Stuff("herb", "艾草药包", "piece", 4_000_000),
    Stuff("cloth", "香囊布套", "piece", 6_000_000),
    Stuff("clip", "发夹胚", "piece", 2_500_000),
    Stuff("bow", "蝴蝶结", "piece", 1_500_000),
    Stuff("felt", "毛毡片", "piece", 1_800_000),
)
_NEAT = Point("结体端正，无松脱")
MAKES = (
    Make(
        CONCENTRIC, "同心结", "中国结", KNOTTING, 120, 108, 50, 400,
        (("rope-5", 1_600),), (_NEAT, Point("绳头留长", 65, 75, "mm")), None, 6_600, 500,
    ),
    Make(
        "pan-chang", "盘长结挂件", "中国结", KNOTTING, 1_200, 900, 75, 400,
        (("rope-5", 3_200), ("tassel", 1)), (_NEAT, Point("流苏垂直")), 60_000, 76_000, 6_000,
    ),
    Make(
        "fu-knot", "福字结车挂", "中国结", KNOTTING, 600, 480, 150, 500,
        (("rope-72", 2_400), ("jade-bead", 1)), (_NEAT, Point("珠子居中")), 30_000, 38_500, 3_000,
    ),
    Make(
        "sachet", "中药香囊", "香囊", "sewing", 300, 270, 200, 600,
        (("cloth", 1), ("herb", 1)), (Point("针脚整齐，药包封口"),), 15_000, 19_000, 1_500,
    ),
    Make(
        "hairpin", "发夹", "发饰", "assembly", 90, 80, 400, 1_200,
        (("clip", 1), ("bow", 1)), (Point("粘合牢固"),), 4_500, 6_000, 500,
    ),
    Make(
        "felt-star", "毛毡挂饰", "节庆饰品", "assembly", 180, 160, 300, 900,
        (("felt", 4),), (Point("对缝整齐"),), 9_000, 12_000, 1_000,
    ),
)  # fmt: skip
BY_CODE = {make.code: make for make in MAKES}
