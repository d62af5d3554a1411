// Plotly writes colours into its SVG, where a style sheet does not reach: figures follow the page's day and night.
function pageIsDark() {
  const chosen = document.body.dataset.theme;
  return chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
}

function paintFigures() {
  const [ink, line] = pageIsDark() ? ["#cfd6de", "#39424d"] : ["#1d2229", "#dde1e6"];
  for (const figure of document.querySelectorAll(".js-plotly-plot")) {
    const change = { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", "font.color": ink };
    for (const axis of Object.keys(figure._fullLayout).filter((key) => /^[xy]axis\d*$/.test(key))) {
      change[`${axis}.gridcolor`] = line;
      change[`${axis}.zerolinecolor`] = line;
      change[`${axis}.linecolor`] = line;
    }
    Plotly.relayout(figure, change);
  }
}

// A phone that is turned, a window made narrow.
function fitFigures() {
  for (const figure of document.querySelectorAll(".js-plotly-plot"))
    if (figure.checkVisibility()) Plotly.Plots.resize(figure);
}

window.addEventListener("load", () => {
  paintFigures();
  new MutationObserver(paintFigures).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paintFigures);
  window.addEventListener("resize", fitFigures);
});
