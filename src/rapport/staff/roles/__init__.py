"""What each role may do, and how far each person sees. Owns the words role, permission and reach."""
