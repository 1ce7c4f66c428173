"""A failed verification told to a person or a model. Pure; what comes in holds only what may be disclosed."""
