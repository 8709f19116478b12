"""`python -m gongfang` is the command line."""

from gongfang.cli import main

main()
