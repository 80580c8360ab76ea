"""What follows from numbers and dates; pure."""
