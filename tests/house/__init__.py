"""Rules of the house, kept by machine."""
