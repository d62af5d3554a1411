"""The notebook's exercises, answered: runs, their evaluations, tables and figures."""
