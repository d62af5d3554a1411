// Which Plotly figures have a legend to click on, and how many traces each shows.
() => Array.from(document.querySelectorAll(".js-plotly-plot"), (figure) => ({
  name: figure.closest("[aria-label]")?.getAttribute("aria-label") || figure.id,
  entries: figure.querySelectorAll(".legend .legendtoggle").length,
  shown: (figure._fullData || []).filter((trace) => trace.visible === true).length,
}))
