"""What people fill in about agreements, calls, applications and stays."""
