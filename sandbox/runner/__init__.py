"""The code inside the cell. Its modules use the standard library alone and run under ``python -I -S``."""
