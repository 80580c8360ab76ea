"""Start pages and numbers across the packages; reads everything, changes nothing."""
