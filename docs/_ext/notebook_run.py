"""Runs a notebook in a kernel of this very interpreter, which reads and writes nothing in the user's home.

python docs/_ext/notebook_run.py docs/ddpg.py    # writes docs/ddpg.ipynb with its answers
"""

import logging
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import jupytext
import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


class ThisInterpreter(KernelSpecManager):
    """Knows one kernel, whatever is installed: the interpreter that runs this."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The one there is."""
        command = [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name="Python", language="python")


def run(notebook: nbformat.NotebookNode, folder: Path, **variables: str) -> nbformat.NotebookNode:
    """The notebook with what its cells answered.

    Args:
        notebook: is written to.
        folder: where it runs.
        variables: of its environment, besides those there are.

    Raises:
        ValueError: a cell failed; the message names it and says how.
    """
    with TemporaryDirectory() as scratch:
        path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
        environment = {**os.environ, "IPYTHONDIR": scratch, "PYTHONPATH": path, **variables}
        specs = ThisInterpreter(data_dir=scratch)
        # By files, not by ports, which anyone on the machine could listen on.
        manager = AsyncKernelManager(kernel_spec_manager=specs, connection_file=f"{scratch}/k.json", transport="ipc")
        where, log = {"metadata": {"path": str(folder)}}, logging.getLogger("notebook")
        log.setLevel(logging.ERROR)
        client = NotebookClient(notebook, km=manager, timeout=None, resources=where, coalesce_streams=True, log=log)
        try:
            return client.execute(env=environment, cleanup_kc=True)
        except CellExecutionError as error:
            raise ValueError(f"the notebook's cell {failed(notebook)} failed:\n{error.traceback[-2_000:]}") from error


def failed(notebook: nbformat.NotebookNode) -> str:
    """Number among the code cells, and first line, of the cell that failed."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        if any(output.output_type == "error" for output in cell.outputs):
            return f"{number} of {len(code)} ({cell.source.splitlines()[0]})"
    return "?"


def main(text: Path) -> None:
    """Writes the notebook beside its text, run at the length that FAST asks for, figures within it."""
    notebook = run(jupytext.read(text), text.parent.resolve(), PLOTLY_RENDERER="plotly_mimetype+notebook")
    nbformat.write(notebook, text.with_suffix(".ipynb"))
    print(f"{text.with_suffix('.ipynb')}: open it in Jupyter or in an editor that shows notebooks.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
