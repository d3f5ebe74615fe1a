"""What customers allow us, per contact point and purpose, with proof. Owns the words consent and purpose."""
