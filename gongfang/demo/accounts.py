"""The demo's accounts: who can be tried out, with which password. A production installation has none of them."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO

from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from gongfang.registry.people.models import Role

PASSWORD = "gongfang-demo"  # noqa: S105 -- printed for everybody; the persons are invented


@dataclass(frozen=True)
class Account:
    """A login of the demo: who it is, in which role, where."""

    username: str
    name: str
    role: str
    place: str
    note: str = ""


ACCOUNTS = (
    Account("wangfang", "王芳", "officer", "磐安县服务中心"),
    Account("liqiang", "李强", "officer", "磐安县服务中心", "第二人：复核、批准"),
    Account("fengli", "冯丽", "township", "双溪乡服务中心"),
    Account("hewei", "何伟", "manager", "双溪共富工坊"),
    Account("chenjing", "陈静", "clerk", "双溪共富工坊"),
    Account("zhaomin", "赵敏", "inspector", "双溪共富工坊"),
    Account("wujianguo", "吴建国", "agent", "吴建国来料加工点"),
    Account("linxiuying", "林秀英", "maker", "双溪共富工坊", "三个孩子的母亲"),
    Account("zhouguihua", "周桂花", "maker", "双溪共富工坊", "70岁"),
    Account("yangxiaoyu", "杨晓雨", "maker", "双溪共富工坊", "18岁"),
    Account("luoping", "罗平", "manager", "双溪来料加工专业合作社", "承接主体"),
    Account("sunli", "孙丽", "buyer", "东阳红韵中国结有限公司", "同心结客户"),
    Account("dongzhenhua", "董振华", "buyer", "东阳市山海协作结对镇"),
    Account("qianjin", "钱进", "auditor", "磐安县审计"),
    Account("machao", "马超", "steward", "双溪乡"),
)
BY_NAME = {account.username: account for account in ACCOUNTS}


def table() -> str:
    """Return the accounts role by role as a table for the terminal."""
    drawn = Table(
        title=_("Demo accounts, password %(password)s") % {"password": PASSWORD}, title_justify="left"
    )
    for heading in (_("Role"), _("User name"), _("Name"), _("Where"), ""):
        drawn.add_column(heading, no_wrap=True)
    for account in ACCOUNTS:
        role = str(Role.Name(account.role).label)
        drawn.add_row(role, account.username, account.name, account.place, account.note)
    page = StringIO()
    Console(file=page, width=110).print(drawn)
    return page.getvalue()
