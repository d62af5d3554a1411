"""`ddpg presets`: one table a preset, as wide as the terminal."""

import json

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from harness.arguments import Presets
from harness.preset import Preset, differences, in_words
from harness.presets import PRESETS, as_json, find


def execute(command: Presets) -> int:
    """Prints; 0.

    Raises:
        InputError: there is no preset of one of the names.
    """
    names = command.names or tuple(PRESETS)
    presets = {name: find(name) for name in names}
    if command.json:
        print(json.dumps({name: as_json(name) for name in presets}, allow_nan=False))
        return 0
    console = Console(highlight=False)
    for name, preset in presets.items():
        _print(console, name, preset)
    console.print(
        "Values are for Pendulum-v1, noise in action units; what is not listed is as `ddpg train --help` has it. "
        "docs/presets.md links each source."
    )
    return 0


def _print(console: Console, name: str, preset: Preset) -> None:
    console.print(f"[bold]--preset {name}[/bold]  {escape(preset.what)}")
    table = Table("field", "value", "default", "source", box=box.SIMPLE_HEAD, pad_edge=False)
    for field, given, default in differences(preset):
        source = given.source.place + (f": {given.how}" if given.how else "")
        table.add_row(field, in_words(given.value), in_words(default), escape(source))
    console.print(table)
    if preset.missing:
        console.print("Not reproduced:")
        for missing in preset.missing:
            console.print(Padding(escape(f"- {missing.what} ({missing.source.place})"), (0, 0, 0, 2)))
    console.print()
