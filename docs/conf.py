"""Sphinx reads this: MyST pages, furo's theme, maths and figures without a network."""

import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).parent / "_ext")]
os.environ.setdefault("RL_LOGGING_LEVEL", "WARNING")  # before anything imports torchrl

# gym prints that it is no longer maintained, and TorchRL imports it wherever it is installed.
with suppress(ImportError):
    import_module("gym_notices.notices").notices.clear()

from reference import __name__ as _  # noqa: E402, F401  the packages are imported from here, not from site-packages

project = "ddpg-parity"
author = "The ddpg-parity authors"
project_copyright = author

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx-mathjax-offline",
    "sphinx_copybutton",
    "repository",
    "live_figures",
    "side_by_side",
    "walkthrough",
    "walkthrough_by_hand",
    "interactive",
    "notebook",
    "worked",
    "hyperparameters",
    "pitfalls",
    "metrics",
    "known_differences",
    "api",
]
exclude_patterns = ["_build", "_ext", "_static", "sweeps/*.md"]
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist", "attrs_inline"]
mathjax3_config = {"options": {"enableMenu": False}}  # else every formula is a stop of the Tab key
myst_heading_anchors = 4
myst_dmath_double_inline = True
default_role = "literal"  # docstrings quote names with single backticks
nitpicky = False
suppress_warnings = ["misc.highlighting_failure"]  # traces and diffs hold what no lexer knows whole

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_default_options = {"members": True, "show-inheritance": True}
napoleon_google_docstring = True
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = "ddpg-parity"
html_static_path = ["_static"]
templates_path = ["_templates"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1f5fae", "color-brand-content": "#1f5fae"},
    "dark_css_variables": {"color-brand-primary": "#7db4f5", "color-brand-content": "#7db4f5"},
}
pygments_style = "a11y-light"
pygments_dark_style = "a11y-dark"
copybutton_prompt_text = "$ "
