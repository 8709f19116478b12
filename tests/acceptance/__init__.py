"""The scenarios of the acceptance list, told by those who act in them; quantities are exact."""
