"""The universities and centres that run and attend the training."""
