"""Pay for machines: every verb of the pages, by the same actions; amounts in 毫 (1/10,000 yuan) or whole fen."""

from gongfang.pay.api import books, earnings, payouts

__all__ = ["books", "earnings", "router"]

router = payouts.router
