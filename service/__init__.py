"""The verification service: domain, analyses, verifiers, use cases, storage, HTTP and command line."""
