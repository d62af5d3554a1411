// What interactive figures share: packed numbers, numbers in words, and Plotly's maps in the page's colours.
if (typeof module !== "undefined") globalThis.Interactive = require("./controls.js"); // in tests there is no page

Object.assign(Interactive, (() => {
  const { isDark } = Interactive;

  // --- numbers ---

  // Base64 of int8, as numbers: offset + scale * whole.
  function decodeInt8(text, scale = 1, offset = 0) {
    return Array.from(atob(text), (letter) => offset + (((letter.charCodeAt(0) + 128) & 255) - 128) * scale);
  }

  const thousands = (whole) => whole.toLocaleString("en-GB");
  const fixed = (value, digits) => value.toFixed(digits).replace("-", "\u2212");

  // A flat array in rows of that width, as Plotly's maps want it.
  function inRows(values, width) {
    return Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width));
  }

  // --- figures by Plotly ---

  function colours() {
    return isDark()
      ? { ink: "#cfd6de", line: "#39424d", first: "#7db4f5", second: "#f5b971", third: "#8fd694", middle: "#20262d" }
      : { ink: "#1d2229", line: "#dde1e6", first: "#1f5fae", second: "#b45309", third: "#2e7d32", middle: "#f7f7f7" };
  }

  // Zero is the page's own quiet colour, by day and by night.
  function diverging() {
    const { middle } = colours();
    const [low, lower, higher, high] = isDark()
      ? ["#9ecbff", "#3f7cc0", "#c06a2b", "#ffc48a"]
      : ["#0b3c78", "#5b95d0", "#e08a4a", "#8a3a05"];
    return [[0, low], [0.25, lower], [0.5, middle], [0.75, higher], [1, high]];
  }

  // One map over x and y. kind "diverging" has its middle at zero: range [-r, r]; the range never follows the values.
  function heatMap({ x, y, z, kind = "sequential", range, unit = "", hover, axes = "", bar = {} }) {
    const { ink } = colours();
    return {
      type: "heatmap", x, y, z, zmin: range[0], zmax: range[1], zauto: false,
      colorscale: kind === "diverging" ? diverging() : "Viridis",
      xaxis: `x${axes}`, yaxis: `y${axes}`, hovertemplate: hover,
      colorbar: { title: { text: unit, side: "right" }, thickness: 12, outlinewidth: 0, tickfont: { color: ink }, ...bar },
    };
  }

  // A layout whose axes stay where they are, whatever is drawn.
  function framedMap({ x, y, xRange, yRange, height, ...more }) {
    const axis = (title, range) => ({ title: { text: title }, range, fixedrange: true, zeroline: false });
    return themed({ height, xaxis: axis(x, xRange), yaxis: axis(y, yRange), ...more });
  }

  // Any layout in the page's colours.
  function themed(layout) {
    const { ink, line } = colours();
    const painted = { gridcolor: line, zerolinecolor: line, linecolor: line };
    const axes = Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key));
    return {
      margin: { l: 54, r: 12, t: 34, b: 46 }, showlegend: false, hovermode: "closest",
      ...layout,
      ...Object.fromEntries(axes.map((key) => [key, { ...painted, ...layout[key] }])),
      font: { color: ink, ...layout.font }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    };
  }

  // Draws into an element, anew or over what is there.
  function plot(place, traces, layout) {
    return Plotly.react(place, traces, layout, { displayModeBar: false, responsive: true });
  }

  return { decodeInt8, inRows, thousands, fixed, colours, diverging, heatMap, framedMap, themed, plot };
})());

if (typeof module !== "undefined") module.exports = Interactive;
