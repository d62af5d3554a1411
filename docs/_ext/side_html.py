"""Cells of two columns as HTML, coloured by Pygments."""

import re
from collections.abc import Callable
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from side_source import Function, Line, Quote
from side_steps import Piece

OPENING = re.compile(r'(<span class="p">[^<]*[(\[{]</span>)')
"""Brackets behind which a long line may be broken."""

Address = Callable[[str, int], str]
"""From a file's path and a line to the address of that line's place on the site."""


def code(lines: tuple[Line, ...]) -> str:
    """Lines as far to the left as they go; a line that begins a function keeps what is indented below it.

    Each line is an element that knows its indent, so that one too long for its cell goes on below, further in.
    """
    indent = min((_indent(line.text) for line in lines if line.text.strip()), default=0)
    texts = [line.text[indent:] for line in lines]
    coloured = highlight("\n".join(texts), PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    spans = [
        f'<span class="side-code" style="--side-indent: {_indent(text)}ch">{html}</span>'
        for text, html in zip(texts, OPENING.sub(r"\1<wbr>", coloured).split("\n"), strict=False)
    ]
    inner = "\n".join(spans)
    return f'<div class="highlight"><pre>{inner}</pre></div>'


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def head(functions: list[Function], address: Address) -> str:
    """The functions of a column, each with its file, linked to its first line."""
    links = [
        f'<a class="reference internal" href="{escape(address(one.path, one.lines[0].number))}">'
        f"<code>{escape(one.path)}</code> {escape(_short(one))}</a>"
        for one in functions
    ]
    return f'<div class="side-head">{"<br>".join(links)}</div>'


def heads(left: list[Function], right: list[Function], address: Address) -> str:
    """What stands above both columns."""
    return f'<div class="side-heads">{head(left, address)}{head(right, address)}</div>'


def cell(side: str, pieces: list[Piece], quotes: list[Quote], address: Address) -> str:
    """One side of a step; `side` is "left" or "right"."""
    inner = "".join(_piece(piece, address) for piece in pieces) + "".join(quoted(one, address) for one in quotes)
    if not inner:
        return f'<div class="side-{side} side-none"><span>{NO_LINE[side]}</span></div>'
    return f'<div class="side-{side}">{inner}</div>'


NO_LINE = {"left": "no line in reference/", "right": "no line in torchrl_impl/"}


def _piece(piece: Piece, address: Address) -> str:
    first, last = piece.lines[0].number, piece.lines[-1].number
    place = f"{first}" if first == last else f"{first}–{last}"  # noqa: RUF001  a range has an en dash
    title = f"{piece.function.path}, {_short(piece.function)}"
    link = f'<a class="side-line" href="{escape(address(piece.function.path, first))}" title="{escape(title)}">'
    return f'{link}<span class="side-where">{escape(piece.function.path)}:</span>{place}</a>{code(piece.lines)}'


def quoted(quote: Quote, address: Address) -> str:
    """A statement below the words that say whose it is; a library's is set off."""
    href = quote.address or address(quote.path, quote.lines[0].number)
    link = f'<a class="side-line" href="{escape(href)}">{escape(quote.label)}</a>{code(quote.lines)}'
    return f'<div class="side-quote">{link}</div>' if quote.address else link


def _short(function: Function) -> str:
    """The function's name within its file."""
    module = function.path.removesuffix(".py").replace("/", ".")
    return function.name.removeprefix(f"{module}.")
