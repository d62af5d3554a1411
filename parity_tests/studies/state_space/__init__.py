"""Policy and Q over Pendulum's state space as training goes on, on both sides, for the site's figures."""
