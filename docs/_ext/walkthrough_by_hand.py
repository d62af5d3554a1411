"""The walkthrough's arithmetic with its own numbers put in: lines that a reader can type into Python.

`{by-hand}` with `target` in a page becomes `-9.5 + 0.99 * (1 - 0) * -0.01 = -9.5099`, of the numbers that both sides
computed. The right side of the equals sign is worked out here, in double precision.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole
from walkthrough import walked
from walkthrough_sides import CONFIG

LAST = "4.bias"
"""One number of each network, to follow."""

TORQUES = -2.0, 2.0
"""Pendulum's bounds of an action."""


def expressions(seen: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    """Name -> a line of Python, and the number that it is held against."""
    batch, bias = seen["batch"], {name: value[LAST][0] for name, value in seen.items() if isinstance(value, dict)}
    gradient, clipped, mean, square = (bias[f"critic {name}"] for name in ("gradient", "clipped", "mean", "square"))
    old, new, target = bias["critic"], bias["new critic"], bias["new target critic"]
    greedy, (low, high) = _n(seen["policy's action"][0]), TORQUES
    squares = " + ".join(f"({_n(error)})**2" for error in seen["td_error"])
    step = f"{CONFIG.critic_lr} / (1 - 0.9) * {_n(mean)} / ({_n(square)}**0.5 / (1 - 0.999)**0.5 + 1e-8)"
    return {
        "action": (
            f"min(max({greedy} + {CONFIG.noise_sigma} * {_n(seen['draw'][0])}, {low}), {high})",
            seen["action"][0],
        ),
        "target": (
            f"{_n(batch.reward[0])} + {CONFIG.gamma} * (1 - {int(batch.terminated[0])}) * {_n(seen['next value'][0])}",
            seen["target"][0],
        ),
        "loss": (f"({squares}) / {CONFIG.batch_size}", seen["critic loss"]),
        "clipped": (
            f"{_n(gradient)} * min(1, {CONFIG.grad_clip_norm} / ({_n(seen['critic norm'])} + 1e-6))",
            clipped,
        ),
        "mean": (f"(1 - 0.9) * {_n(clipped)}", mean),
        "square": (f"(1 - 0.999) * {_n(clipped)}**2", square),
        "adam": (f"{_n(old)} - {step}", new),
        "soft": (f"{_n(old)} + {CONFIG.tau} * ({_n(new)} - {_n(old)})", target),
    }


def _n(value: Any) -> str:
    """A number in the digits that the page prints."""
    return str(value.numpy())


def line(name: str, seen: dict[str, Any]) -> str:
    """The expression, and what it comes to.

    Raises:
        ValueError: there is no such line, or it does not come to what both sides computed.
    """
    found = expressions(seen)
    if name not in found:
        raise ValueError(f"nothing is worked by hand under {name!r}; there is {', '.join(found)}.")
    expression, computed = found[name]
    result = float(eval(expression))
    if abs(result - computed.item()) > 1e-6 * max(1e-3, abs(result)):
        raise ValueError(f"by hand, {name} is {result}, where both sides have {computed.item()}.")
    return f"{expression} = {result:.6g}"


class ByHand(SphinxRole):
    """The role."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The line as code, or an error that names page and line."""
        try:
            return [nodes.literal("", line(self.text, walked()[0]))], []
        except ValueError as error:
            return [], [self.inliner.reporter.error(f"{self.env.docname}: {error}", line=self.lineno)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_role("by-hand", ByHand())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
