"""Numbers of one transition and one update, computed by both sides while the site is built.

In a page::

    ```{walk}
    The policy's action, $\\mu_\\theta(s)$. | policy's action
    < reference.learner.autograd_learner | return actor(
    > torchrl_impl.envs.make_collector | policy = TensorDictSequential
    ```

Each line of the body is a quantity of `walkthrough_sides.py`, below words; `<` and `>` quote the statement, of the
left and of the right side, that holds a text. Both columns hold numbers in the fewest digits that no other number of
their precision has, then their bits, so what is equal in print is equal to the bit; where a tensor is long, a digest
of all its bits closes it. Each step says in how many numbers both sides were compared.
"""

from functools import cache
from html import escape
from typing import Any

from docutils import nodes
from repository import link
from side_by_side import step_node
from side_html import Address, quoted
from side_source import ROOT, locate, quote, root_of
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole
from walkthrough_words import shown, total, verdict


@cache
def walked() -> tuple[dict[str, Any], dict[str, Any]]:
    """Both sides' numbers; TorchRL is imported here, and not before a page asks."""
    from walkthrough_sides import check, recorded, reference_numbers
    from walkthrough_torchrl import torchrl_numbers

    from reference.train import train as reference_train
    from torchrl_impl.train import train as torchrl_train

    pairs = []
    for side, numbers, train in (
        ("reference/", reference_numbers, reference_train),
        ("torchrl_impl/", torchrl_numbers, torchrl_train),
    ):
        seen, record = numbers(), recorded(train)
        check(side, seen, record)
        pairs.append({**record, **seen})
    return pairs[0], pairs[1]


class Total(SphinxRole):
    """`{walk-total}` with any text: what `total` says."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The words, in bold."""
        words = total(*walked())
        return [nodes.strong("", words)], []


class Walk(SphinxDirective):
    """The directive; see the module."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """A step for each quantity."""
        for name in ("reference", "torchrl_impl", "docs/_ext"):
            for file in sorted((ROOT / name).glob("*.py")):
                self.env.note_dependency(str(file))
        heads = "".join(f'<div class="side-head"><code>{name}</code></div>' for name in ("reference/", "torchrl_impl/"))
        try:
            steps = [self._step(lines) for lines in self._groups()]
        except ValueError as error:
            raise self.error(f"{self.env.docname}: {error}") from error
        above = nodes.raw("", f'<div class="side-heads">{heads}</div>', format="html")
        return [nodes.container("", above, *steps, classes=["side-by-side", "walk"])]

    def _groups(self) -> list[list[str]]:
        """Each quantity's line with the quotes below it."""
        groups: list[list[str]] = []
        for line in filter(None, map(str.strip, self.content)):
            if line.startswith(("< ", "> ")) and groups:
                groups[-1].append(line)
            else:
                groups.append([line])
        return groups

    def _step(self, lines: list[str]) -> nodes.Node:
        words, _, name = (part.strip() for part in lines[0].rpartition(" | "))
        ours, theirs = walked()
        if name not in ours or name not in theirs:
            raise ValueError(f"the walkthrough has no quantity {name!r}.")
        found = verdict(name, ours[name], theirs[name])
        cells = (self._cell("left", "< ", lines[1:], ours[name]), self._cell("right", "> ", lines[1:], theirs[name]))
        return step_node(self, f"{words} *{found}*", cells)

    def _cell(self, side: str, mark: str, lines: list[str], value: Any) -> str:
        pairs = [line.removeprefix(mark).rsplit(" | ", 1) for line in lines if line.startswith(mark)]
        for name, _ in pairs:
            self.env.note_dependency(str(locate(name, root_of(name))[0]))
        code = "".join(quoted(quote(name.strip(), text.strip()), self._address) for name, text in pairs)
        numbers = "\n".join(map(escape, shown(value)))
        return f'<div class="side-{side}">{code}<div class="highlight walk-numbers"><pre>{numbers}</pre></div></div>'

    @property
    def _address(self) -> Address:
        return lambda path, line: link(self.env.app, self.env.docname, path, line)


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_directive("walk", Walk)
    app.add_role("walk-total", Total())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
