"""One module per tag: thin functions that call a use case and name its answer."""
