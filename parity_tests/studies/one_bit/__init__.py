"""What one lost bit does to a training run: twins of one seed that part, and how far."""
