// Plotly writes colours into its SVG, where a style sheet does not reach: figures follow the page's day and night here.
// Figures that one plays with look after themselves.
const fixedFigures = () => document.querySelectorAll(".live-figure:not(.interactive) .js-plotly-plot");

function pageIsDark() {
  const chosen = document.body.dataset.theme;
  return chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
}

function luminance(parts) {
  const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const reader = document.createElement("canvas").getContext("2d");

// A line's colour, moved towards the page's ink until it differs from its paper by 3 to 1 (WCAG 2.2, 1.4.11).
function legible(colour, dark) {
  if (typeof colour !== "string") return undefined; // which Plotly takes as: leave it
  reader.fillStyle = colour;
  if (!reader.fillStyle.startsWith("#")) return colour; // translucent
  const parts = [1, 3, 5].map((at) => parseInt(reader.fillStyle.slice(at, at + 2), 16) / 255);
  const [paper, ink] = dark ? [0.008, 1] : [1, 0];
  for (let weight = 0; ; weight += 0.05) {
    const mixed = parts.map((part) => part + weight * (ink - part));
    const [low, high] = [luminance(mixed), paper].sort((a, b) => a - b);
    if ((high + 0.05) / (low + 0.05) >= 3) return `rgb(${mixed.map((part) => Math.round(part * 255))})`;
  }
}

function paintFigures() {
  const dark = pageIsDark();
  const [ink, line, soft] = dark ? ["#cfd6de", "#39424d", "#9aa4b0"] : ["#1d2229", "#dde1e6", "#5b6470"];
  for (const figure of fixedFigures()) {
    const change = { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", "font.color": ink };
    for (const axis of Object.keys(figure._fullLayout).filter((key) => /^[xy]axis\d*$/.test(key))) {
      change[`${axis}.gridcolor`] = line;
      change[`${axis}.zerolinecolor`] = line;
      change[`${axis}.linecolor`] = line;
    }
    change.modebar = { bgcolor: "rgba(0,0,0,0)", color: soft, activecolor: ink };
    figure.drawnIn ??= figure._fullData.map((trace) => [trace.line?.color, trace.marker?.color]);
    const lines = figure.drawnIn.map(([colour]) => legible(colour, dark));
    const markers = figure.drawnIn.map(([, colour]) => legible(colour, dark));
    Plotly.update(figure, { "line.color": lines, "marker.color": markers }, change);
  }
}

window.addEventListener("load", () => {
  paintFigures();
  new MutationObserver(paintFigures).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paintFigures);
});
