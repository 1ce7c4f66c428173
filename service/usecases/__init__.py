"""One function per thing the product does. Every one takes the ``App`` first and knows no HTTP, SQL or sandbox."""
