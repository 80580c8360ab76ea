"""Forms about accounts: `entry` for guests, `profile` for oneself, `people` for administrators."""
