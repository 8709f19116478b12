"""The demo county and the ten days played in it; no part of a production installation."""
