"""Who may do what with agreements, calls, applications and stays."""
