"""What people are told about agreements, calls, applications and stays."""
