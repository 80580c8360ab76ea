"""What follows from seats, dates and clocks: `capacity`, `clocks`, `recurrence`."""
