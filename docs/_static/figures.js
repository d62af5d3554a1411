// Plotly writes colours and sizes into its SVG, where a style sheet does not reach: figures follow the page here.
const NARROW = 560; // pixels; below, a legend stands above the figure, not beside it

function pageIsDark() {
  const chosen = document.body.dataset.theme;
  return chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
}

// Figures of fragments; those that one plays with look after themselves.
const fixedFigures = () => document.querySelectorAll(".live-figure:not(.interactive) .js-plotly-plot");

function paintFigures() {
  const [ink, line, soft] = pageIsDark() ? ["#cfd6de", "#39424d", "#9aa4b0"] : ["#1d2229", "#dde1e6", "#5b6470"];
  for (const figure of fixedFigures()) {
    const change = { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", "font.color": ink };
    for (const axis of Object.keys(figure._fullLayout).filter((key) => /^[xy]axis\d*$/.test(key))) {
      change[`${axis}.gridcolor`] = line;
      change[`${axis}.zerolinecolor`] = line;
      change[`${axis}.linecolor`] = line;
    }
    change.modebar = { bgcolor: "rgba(0,0,0,0)", color: soft, activecolor: ink };
    Plotly.relayout(figure, change);
  }
}

// On a phone, when it is turned, in a window made narrow.
function fitFigures() {
  const above = { orientation: "h", yref: "container", y: 1, yanchor: "top", x: 0, xanchor: "left" };
  for (const figure of fixedFigures()) {
    figure.wide ??= { legend: { ...figure.layout.legend }, margin: { ...figure.layout.margin } };
    const narrow = figure.clientWidth < NARROW;
    const margin = narrow ? { ...figure.wide.margin, l: 50, r: 10 } : figure.wide.margin;
    Plotly.relayout(figure, { legend: narrow ? { ...figure.wide.legend, ...above } : figure.wide.legend, margin });
    if (figure.checkVisibility()) Plotly.Plots.resize(figure);
  }
}

window.addEventListener("load", () => {
  paintFigures();
  fitFigures();
  new MutationObserver(paintFigures).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paintFigures);
  window.addEventListener("resize", fitFigures);
});
