"""The doctor: looks at the whole installation and says in words what is wrong, and what to do about each.

It changes nothing. A check that cannot be asked, because what it asks is itself broken, says so as a finding.
`findings.py` stands without settings and tables, so that even what is wrong with those can be said.
"""
