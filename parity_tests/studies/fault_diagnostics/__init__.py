"""What each seeded fault does to the diagnostics of a short run; the data of the site's fault browser."""
