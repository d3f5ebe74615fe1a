"""Named places where interactions happen, each owned by a department. Owns the word touchpoint."""
