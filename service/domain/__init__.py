"""What the product is about: verdicts, checks, candidates, runs and the ports. Standard library only."""
