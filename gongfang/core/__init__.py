"""What every room stands on: acts, users, audit, outbox, jobs, codes, money, time. Knows no room."""
