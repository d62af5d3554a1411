"""Who stops the bootstrap when: the rules of the site's TD-target calculator, its data and its page."""
