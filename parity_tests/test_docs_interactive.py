"""The site's interactive figures: their data, their scripts without a browser, the directive that puts them in a page."""
