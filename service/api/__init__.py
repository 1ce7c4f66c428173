"""HTTP: thin routes over the use cases, schemas of the wire, one table from errors to problems."""
