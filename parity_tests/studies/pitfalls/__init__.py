"""Known pitfalls, each in a training run beside the right one."""
