"""What is stored of agreements, calls, applications and stays."""
