"""Measurements that a page of `docs/` rests on, each a command."""
