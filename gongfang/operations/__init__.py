"""What keeps an installation alive: backup, restore, moves, health, figures for the watch, the doctor."""
