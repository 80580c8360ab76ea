"""What must be true of exchanges at all times."""
