// Figures in a narrow column, as on a phone: the legend above, columns of axes one above the other.
const NARROW = 560; // pixels
const MARGIN = { l: 56, r: 12, t: 48, b: 48 };
const TOP = 84; // pixels, for the legend and a title
const ROW = 260; // pixels of height for each of the stacked axes
const GAP = 0.34; // between them, for titles, in parts of a row

// [x axis, y axis] of each axes, where all stand in one row.
function oneRow(figure) {
  const layout = figure._fullLayout;
  const pairs = (layout._subplots?.cartesian || []).map((id) => id.match(/^x(\d*)y(\d*)$/).slice(1));
  const axes = pairs.map(([x, y]) => [`xaxis${x}`, `yaxis${y}`]);
  const level = new Set(axes.map(([, y]) => layout[y].domain.join()));
  return axes.length > 1 && level.size === 1 ? axes : [];
}

// The layout as it came, of all that is changed below.
function asItCame(figure) {
  const { legend, margin, annotations } = structuredClone(figure.layout);
  const came = { legend: legend ?? {}, margin: { ...MARGIN, ...margin }, annotations: annotations ?? [] };
  figure.inRow = oneRow(figure);
  figure.cameHigh = figure.parentElement.style.height;
  for (const axis of figure.inRow.flat()) came[`${axis}.domain`] = [...figure._fullLayout[axis].domain];
  return came;
}

function narrowed(figure) {
  const axes = figure.inRow;
  const rows = axes.length || 1;
  const row = 1 / (rows + GAP * (rows - 1));
  const above = { orientation: "h", yref: "container", y: 1, yanchor: "top", x: 0, xanchor: "left" };
  const change = structuredClone(figure.came);
  change.legend = { ...change.legend, ...above };
  change.margin = { ...change.margin, l: MARGIN.l, r: MARGIN.r, t: Math.max(change.margin.t, TOP) };
  axes.forEach(([x, y], index) => {
    const top = 1 - index * row * (1 + GAP);
    change[`${x}.domain`] = [0, 1];
    change[`${y}.domain`] = [Math.max(0, top - row), top];
    if (change.annotations.length === rows) Object.assign(change.annotations[index], { x: 0.5, y: top });
  });
  return change;
}

function fitFigures() {
  for (const figure of fixedFigures()) {
    figure.came ??= asItCame(figure);
    const narrow = figure.clientWidth < NARROW;
    if (figure.inRow.length) // as high as its rows; the figure itself takes its size from what it stands in
      figure.parentElement.style.height = narrow ? `${figure.inRow.length * ROW + TOP}px` : figure.cameHigh;
    const layout = narrow ? narrowed(figure) : structuredClone(figure.came);
    Plotly.relayout(figure, { ...layout, width: null, height: null, autosize: true });
  }
}

window.addEventListener("load", () => {
  fitFigures();
  window.addEventListener("resize", fitFigures);
});
