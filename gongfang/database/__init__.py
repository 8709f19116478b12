"""The database backend: every connection wears the role and the schema of one county, or none."""
