"""Runs untrusted code and nothing else; knows no task, no SQL and no HTTP."""
