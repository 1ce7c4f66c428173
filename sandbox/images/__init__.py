"""What cells are made of: image definitions as package data, their names, and how they are built."""
