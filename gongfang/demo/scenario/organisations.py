"""Organisations of Pan'an: thirty workshops in six kinds, agents, operators, buyers: invented names, real places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

COUNTY = "330727000000"
SHUANGXI, YAOCHUAN, JIUHE, LENGSHUI = "330727203000", "330727205000", "330727211000", "330727108000"
KNOT_TOWNSHIPS = (SHUANGXI, YAOCHUAN, JIUHE, LENGSHUI)


@dataclass(frozen=True)
class Body:
    """An organisation to be opened: its place is a township, in whose first village it stands."""

    key: str
    name: str
    kind: str
    place: str
    opened_on: date
    category: str = ""
    signs: bool = False


def _workshop(key: str, name: str, place: str, category: str, opened: str, *, signs: bool = False) -> Body:
    return Body(key, name, "workshop", place, date.fromisoformat(opened), category, signs)


# Two knot workshops in each of the four townships; the first of all is where the demo's accounts work.
KNOTTERS = (
    _workshop("shuangxi", "双溪共富工坊", SHUANGXI, "supplied", "2021-03-18"),
    _workshop("shuangxi-2", "双溪梓誉结艺共富工坊", SHUANGXI, "supplied", "2021-09-01"),
    _workshop("yaochuan", "窈川共富工坊", YAOCHUAN, "supplied", "2021-05-10"),
    _workshop("yaochuan-2", "窈川依山下结艺共富工坊", YAOCHUAN, "supplied", "2022-01-12"),
    _workshop("jiuhe", "九和共富工坊", JIUHE, "supplied", "2021-06-22"),
    _workshop("jiuhe-2", "九和三水潭结艺共富工坊", JIUHE, "supplied", "2022-02-16"),
    _workshop("lengshui", "冷水共富工坊", LENGSHUI, "supplied", "2021-08-05"),
    _workshop("lengshui-2", "冷水小章结艺共富工坊", LENGSHUI, "supplied", "2022-03-01"),
)
ASSEMBLERS = (
    _workshop("xinwo", "新渥香囊共富工坊", "330727002000", "supplied", "2021-04-08"),
    _workshop("jianshan", "尖山发饰共富工坊", "330727109000", "supplied", "2021-07-15"),
    _workshop("shanghu", "尚湖节庆饰品共富工坊", "330727107000", "supplied", "2021-11-03"),
)
# These employ people of their own: they sign, and pay wages.
EMPLOYERS = (
    _workshop("anwen-tool", "安文工具共富工坊", "330727001000", "hiring", "2020-12-01", signs=True),
    _workshop("anwen-plastic", "安文塑业共富工坊", "330727001000", "hiring", "2021-01-15", signs=True),
    _workshop("renchuan-garment", "仁川服装共富工坊", "330727103000", "hiring", "2021-02-20", signs=True),
    _workshop("shanghu-bulb", "尚湖灯饰共富工坊", "330727107000", "hiring", "2021-05-06", signs=True),
    _workshop("xinwo-live", "新渥药材直播共富工坊", "330727002000", "livestream", "2021-06-01", signs=True),
    _workshop("anwen-live", "安文电商共富工坊", "330727001000", "livestream", "2021-08-18", signs=True),
    _workshop(
        "dapan-live", "大盘高山蔬菜直播共富工坊", "330727104000", "livestream", "2022-01-08", signs=True
    ),
    _workshop("jianshan-inn", "尖山农家乐共富工坊", "330727109000", "tourism", "2020-10-20", signs=True),
    _workshop("panfeng-inn", "盘峰民宿共富工坊", "330727212000", "tourism", "2021-04-26", signs=True),
    _workshop("fangqian-food", "方前小吃共富工坊", "330727105000", "tourism", "2021-03-03", signs=True),
    _workshop("yushan-tea", "玉山茶叶共富工坊", "330727106000", "brand", "2020-11-11", signs=True),
    _workshop("xinwo-herb", "新渥磐五味共富工坊", "330727002000", "brand", "2021-01-28", signs=True),
    _workshop("shuangfeng-mushroom", "双峰香菇共富工坊", "330727201000", "brand", "2021-10-09", signs=True),
    _workshop("xinwo-slice", "新渥中药材加工共富工坊", "330727002000", "industry", "2020-09-15", signs=True),
    _workshop(
        "renchuan-herb", "仁川中药材种植共富工坊", "330727103000", "industry", "2021-03-30", signs=True
    ),
    _workshop(
        "dapan-vegetable", "大盘高山蔬菜共富工坊", "330727104000", "industry", "2021-06-12", signs=True
    ),
    _workshop("yushan-gastrodia", "玉山天麻共富工坊", "330727106000", "industry", "2021-12-02", signs=True),
    _workshop("panfeng-bamboo", "盘峰竹木共富工坊", "330727212000", "industry", "2022-02-21", signs=True),
    _workshop("fangqian-berry", "方前猕猴桃共富工坊", "330727105000", "industry", "2022-03-08", signs=True),
)
AGENTS = tuple(
    Body(key, f"{name}来料加工点", "agent", place, date.fromisoformat(opened))
    for key, name, place, opened in (
        ("agent-wu", "吴建国", SHUANGXI, "2019-05-01"),
        ("agent-chen", "陈月仙", YAOCHUAN, "2020-03-01"),
        ("agent-zhang", "张爱琴", JIUHE, "2020-06-01"),
        ("agent-yang", "羊美芬", LENGSHUI, "2021-02-01"),
    )
)
OPERATORS = (
    Body("cooperative", "双溪来料加工专业合作社", "cooperative", SHUANGXI, date(2018, 6, 1), signs=True),
    Body("company", "磐安众富来料加工服务有限公司", "operator", COUNTY, date(2019, 9, 1), signs=True),
)
BUYERS = (
    Body("town", "东阳市山海协作结对镇", "government", COUNTY, date(2021, 1, 1)),
    Body("hongyun", "东阳红韵中国结有限公司", "enterprise", COUNTY, date(2022, 6, 1)),
    Body("yaoxiang", "磐安药香礼品有限公司", "enterprise", COUNTY, date(2021, 1, 1)),
    Body("mingshi", "义乌明饰发饰有限公司", "enterprise", COUNTY, date(2021, 1, 1)),
    Body("jieqing", "义乌节庆工艺品有限公司", "enterprise", COUNTY, date(2021, 1, 1)),
)
# They come by themselves once the knots have been delivered.
NEWCOMERS = (
    Body("yongkang", "永康福满堂饰品有限公司", "enterprise", COUNTY, date(2022, 11, 17)),
    Body("pujiang", "浦江锦绳工艺有限公司", "enterprise", COUNTY, date(2022, 11, 17)),
)
BODIES = (*OPERATORS, *KNOTTERS, *ASSEMBLERS, *EMPLOYERS, *AGENTS, *BUYERS)
