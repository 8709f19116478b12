"""gongfang runs a county's network of community workshops: orders out, pieces in, people paid."""

__version__ = "0.2.0.dev0"
