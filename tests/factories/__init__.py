"""Things to test with, one module a package; each is stored and committed."""
