"""The counties of this installation: each a schema, a role, a key and a host name of its own."""
