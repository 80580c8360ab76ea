"""Reading agreements, calls, applications and stays."""
