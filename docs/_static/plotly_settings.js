// For every figure of the page, before the first is drawn: few buttons, none that leads to a host; a finger scrolls.
Plotly.setPlotConfig({
  displaylogo: false,
  responsive: true,
  displayModeBar: matchMedia("(pointer: coarse)").matches ? false : "hover",
  modeBarButtonsToRemove: ["sendChartToCloud", "select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
});
