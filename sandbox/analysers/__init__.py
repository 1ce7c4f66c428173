"""The code inside an analysis cell. Its own modules use the standard library only; it never runs a candidate."""
