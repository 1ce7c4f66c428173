"""Bodies on the wire: ``…Create`` come in and refuse unknown fields, ``…Read`` go out."""
