"""Doubtful items: rows that do not fit together, each in one sentence, with an owner and an outcome."""
