"""What each hyperparameter does, one at a time, over seeds."""
