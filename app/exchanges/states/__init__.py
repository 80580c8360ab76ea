"""Which lives the things of an exchange lead, and who may take them a step further."""
