"""Files people upload and files we make."""
