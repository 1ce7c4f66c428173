"""Figures from the documents of the HTTP interface; matplotlib is imported when one is drawn."""
