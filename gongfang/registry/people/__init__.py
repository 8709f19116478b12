"""Residents, organisations, roles, relations, skills, consents."""
