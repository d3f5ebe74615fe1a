"""Who serves whom next: the longest wait first. Owns the words queue, capacity and availability."""
