"""Verifiers: they turn what the sandbox saw into judgements."""
