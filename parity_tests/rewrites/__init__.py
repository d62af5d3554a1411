"""Other ways to write the same update: which keep every bit of a run, and which lose one."""
