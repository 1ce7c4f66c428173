"""Analyses of stored runs and of posted counts."""
