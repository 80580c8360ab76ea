"""The message catalogues of the five languages, and how they are kept complete."""
