"""The words for states and choices of exchanges, as people read them."""
