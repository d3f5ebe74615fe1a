"""Running times towards due moments, in working hours. Owns the words clock, calendar and policy."""
