"""The fields the shipped examples ask about; an installation's rooms list their own, of which they have the facts."""

from __future__ import annotations

from gongfang.engines.rules.fields import Field, Kind, Span, Vocabulary
from gongfang.engines.rules.text import Text


def _yes_no(name: str, title: Text, says: Text, denies: Text) -> Field:
    return Field(name=name, kind=Kind.YES_NO, title=title, says=says, denies=denies)


def _place(name: str, title: Text, says: Text, denies: Text) -> Field:
    return Field(name=name, kind=Kind.DIVISION, title=title, says=says, denies=denies)


PERSON = Vocabulary(
    "person",
    Text("个人", "person"),
    (
        Field(
            name="born",
            kind=Kind.DATE,
            title=Text("出生日期", "date of birth"),
            says=Text("{}出生", "born {}"),
            spans={Span.YEARS: Text("年龄{}周岁", "aged {}")},
        ),
        Field(
            name="sex",
            kind=Kind.CHOICE,
            title=Text("性别", "sex"),
            says=Text("性别为{}", "{}"),
            denies=Text("性别不是{}", "not {}"),
            choices={"female": Text("女", "female"), "male": Text("男", "male")},
        ),
        _place(
            "lives_in",
            Text("居住地", "place of living"),
            Text("住在{}", "living in {}"),
            Text("不住在{}", "not living in {}"),
        ),
        _yes_no(
            "relocated",
            Text("是否搬迁户", "whether resettled"),
            Text("是易地搬迁户", "from a resettled household"),
            Text("不是易地搬迁户", "not from a resettled household"),
        ),
        _yes_no(
            "out_of_poverty",
            Text("是否脱贫户", "whether lifted out of poverty"),
            Text("是脱贫户", "from a household lifted out of poverty"),
            Text("不是脱贫户", "not from a household lifted out of poverty"),
        ),
        _yes_no(
            "disability_card",
            Text("是否持残疾证", "whether holding a disability card"),
            Text("持有残疾证", "holding a disability card"),
            Text("没有残疾证", "without a disability card"),
        ),
        _yes_no(
            "nobody_employed",
            Text("是否零就业家庭", "whether nobody in the household has work"),
            Text("家里无人就业", "from a household where nobody has work"),
            Text("家里有人就业", "from a household where somebody has work"),
        ),
        _yes_no(
            "tied_by_care",
            Text("是否因照料家人不能外出", "whether tied by care"),
            Text("因照料家人不能外出务工", "tied to home by care"),
            Text("没有因照料家人不能外出", "not tied to home by care"),
        ),
        _yes_no(
            "works_at_home",
            Text("是否居家做工", "whether working at home"),
            Text("领料回家做", "working at home"),
            Text("没有领料回家做", "not working at home"),
        ),
        _yes_no(
            "employed",
            Text("是否签劳动合同", "whether employed"),
            Text("签了劳动合同", "employed"),
            Text("没有签劳动合同", "not employed"),
        ),
        Field(
            name="months_at_home",
            kind=Kind.WHOLE,
            title=Text("本期居家做工月数", "months worked at home in this cycle"),
            says=Text("本期居家做工{}个月", "{} month|months worked at home"),
            unit=Text("个月", "month"),
            most=12,
        ),
        Field(
            name="months_in_training",
            kind=Kind.WHOLE,
            title=Text("以工代训月数", "months trained on the job"),
            says=Text("以工代训{}个月", "{} month|months trained on the job"),
            unit=Text("个月", "month"),
            most=120,
        ),
        Field(
            name="half_days",
            kind=Kind.WHOLE,
            title=Text("参训半天数", "half days attended"),
            says=Text("参训{}个半天", "{} half day|days attended"),
            unit=Text("个半天", "half day"),
            most=1000,
        ),
        Field(
            name="premium_month",
            kind=Kind.MONEY,
            title=Text("每月意外险保费", "accident insurance a month"),
            says=Text("每月意外险保费{}", "accident insurance of {} a month"),
        ),
    ),
)

WORKSHOP = Vocabulary(
    "workshop",
    Text("工坊", "workshop"),
    (
        _place("place", Text("所在地", "place"), Text("设在{}", "in {}"), Text("不设在{}", "not in {}")),
        Field(
            name="kind",
            kind=Kind.CHOICE,
            title=Text("车间类型", "kind of workshop"),
            says=Text("属于{}", "of the kind {}"),
            denies=Text("不属于{}", "not of the kind {}"),
            choices={
                "factory": Text("厂房式", "factory"),
                "home": Text("居家式", "work at home"),
                "farming": Text("种养式", "farming"),
                "trade": Text("贸易流通式", "trade"),
                "tourism": Text("文化旅游式", "culture and tourism"),
            },
        ),
        Field(
            name="grade",
            kind=Kind.CHOICE,
            title=Text("绩效等次", "grade of the year"),
            says=Text("绩效评为{}", "graded {}"),
            denies=Text("绩效没有评为{}", "not graded {}"),
            choices={
                "excellent": Text("优秀", "excellent"),
                "good": Text("良好", "good"),
                "passed": Text("合格", "passed"),
                "failed": Text("不合格", "failed"),
            },
        ),
        Field(
            name="opened",
            kind=Kind.DATE,
            title=Text("开办日期", "day of opening"),
            says=Text("{}开办", "opened {}"),
            spans={Span.YEARS: Text("开办{}年", "running for {} year|years")},
        ),
        Field(
            name="approved",
            kind=Kind.DATE,
            title=Text("批准日期", "day of approval"),
            says=Text("{}批准", "approved {}"),
            spans={Span.YEARS: Text("批准{}年", "approved for {} year|years")},
        ),
        _yes_no(
            "building_approved",
            Text("是否批准建设", "whether the building was approved"),
            Text("建设已获批准", "with an approved building"),
            Text("建设没有获批准", "without an approved building"),
        ),
        _yes_no(
            "review_passed",
            Text("是否通过复核", "whether the review was passed"),
            Text("通过了复核", "with a passed review"),
            Text("没有通过复核", "without a passed review"),
        ),
        Field(
            name="workers",
            kind=Kind.WHOLE,
            title=Text("从业人数", "people at work"),
            says=Text("从业人员{}人", "{} person|people at work"),
            unit=Text("人", "person"),
            most=100_000,
        ),
        Field(
            name="kept_workers",
            kind=Kind.WHOLE,
            title=Text("稳定就业满3个月的人数", "workers kept for three months"),
            says=Text("稳定就业满3个月的人员{}人", "{} worker|workers kept for three months"),
            unit=Text("人", "person"),
            most=100_000,
        ),
        Field(
            name="out_of_poverty_workers",
            kind=Kind.WHOLE,
            title=Text("脱贫人口就业人数", "workers lifted out of poverty"),
            says=Text("吸纳脱贫人口{}人", "{} worker|workers lifted out of poverty"),
            unit=Text("人", "person"),
            most=100_000,
        ),
        Field(
            name="year_contracts",
            kind=Kind.WHOLE,
            title=Text(
                "签一年以上合同、年收入2万元以上的脱贫人口",
                "such workers with a year's contract and 20,000 yuan a year",
            ),
            says=Text(
                "其中签一年以上合同、年收入2万元以上的{}人",
                "{} of them with a contract for a year and 20,000 yuan a year",
            ),
            unit=Text("人", "person"),
            most=100_000,
        ),
        Field(
            name="turnover",
            kind=Kind.MONEY,
            title=Text("年营业额", "turnover of the year"),
            says=Text("年营业额{}", "a turnover of {} a year"),
        ),
        Field(
            name="fees",
            kind=Kind.MONEY,
            title=Text("年加工费", "processing fees of the year"),
            says=Text("年加工费{}", "processing fees of {} a year"),
        ),
        Field(
            name="building_cost",
            kind=Kind.MONEY,
            title=Text("核定的建设费用", "building cost as checked"),
            says=Text("核定的建设费用{}", "a building cost of {} as checked"),
        ),
    ),
)

CENTRE = Vocabulary(
    "centre",
    Text("来料加工服务中心", "processing centre"),
    (
        _place("place", Text("所在地", "place"), Text("设在{}", "in {}"), Text("不设在{}", "not in {}")),
        Field(
            name="area",
            kind=Kind.WHOLE,
            title=Text("场地面积", "floor"),
            says=Text("场地面积{}平方米", "{} m² of floor"),
            unit=Text("平方米", "m²"),
            most=1_000_000,
        ),
        Field(
            name="people",
            kind=Kind.WHOLE,
            title=Text("带动人数", "people given work"),
            says=Text("带动{}人", "{} person|people given work"),
            unit=Text("人", "person"),
            most=1_000_000,
        ),
        Field(
            name="fees",
            kind=Kind.MONEY,
            title=Text("年加工费", "processing fees of the year"),
            says=Text("年加工费{}", "processing fees of {} a year"),
        ),
    ),
)

AGENT = Vocabulary(
    "agent",
    Text("来料加工经纪人", "agent"),
    (
        _place("place", Text("所在地", "place"), Text("在{}", "in {}"), Text("不在{}", "not in {}")),
        Field(
            name="hand_fees",
            kind=Kind.MONEY,
            title=Text("手工类年发放加工费", "processing fees paid for work by hand"),
            says=Text("手工类年发放加工费{}", "{} a year paid for work by hand"),
        ),
        Field(
            name="machine_fees",
            kind=Kind.MONEY,
            title=Text("机械类年发放加工费", "processing fees paid for work by machine"),
            says=Text("机械类年发放加工费{}", "{} a year paid for work by machine"),
        ),
    ),
)

VOCABULARIES = {one.name: one for one in (PERSON, WORKSHOP, CENTRE, AGENT)}
