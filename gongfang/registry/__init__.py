"""Places, people and organisations: who and where."""
