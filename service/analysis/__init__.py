"""Statistics over the matrix candidate × verifier → check: pure functions of counts."""
