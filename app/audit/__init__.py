"""Who did what to which thing, when, and how the states of things moved."""
