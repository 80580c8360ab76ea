"""A small believable centre to try out, made through the services that people use."""
