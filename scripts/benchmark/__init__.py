"""Measures Assay against a plain fork, in-process execution and other harnesses, over the same candidates."""
