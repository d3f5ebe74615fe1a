"""What we do for customers: cases and the people who work on them, queues, clocks and promises."""
