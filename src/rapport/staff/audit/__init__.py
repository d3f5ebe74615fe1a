"""The append-only record of every act of staff and system. Owns the word audit."""
