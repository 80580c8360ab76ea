"""The processes: how they start, end and stand in for each other."""
