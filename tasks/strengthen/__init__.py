"""Makes suites stronger and measures them: mutants of references, controls, and the choice of inputs. Pure."""
