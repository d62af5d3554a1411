// Figures that are not drawn, have an axis without anything on it, or are wider than their column.
() => {
  const faults = [];
  const MARKS = "path, image, rect, circle, line, polygon, polyline, text";

  const drawn = (group) => [...group.querySelectorAll(MARKS)].some((mark) => {
    const box = mark.getBBox();
    return box.width > 0 || box.height > 0;
  });

  // A canvas of one colour shows nothing.
  function painted(canvas) {
    if (!canvas.width || !canvas.height) return false;
    const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height }).getContext("2d");
    copy.drawImage(canvas, 0, 0);
    const dots = new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    return dots.some((dot) => dot !== dots[0]);
  }

  function plotly(figure, name) {
    const layout = figure._fullLayout;
    if (!layout || !figure._fullData.some((trace) => trace.visible === true)) return faults.push(`${name}: no trace is drawn`);
    for (const [id, plot] of Object.entries(layout._plots || {})) {
      if (!drawn(plot.plot.node())) faults.push(`${name}: axes ${id} are empty`);
    }
    for (const svg of figure.querySelectorAll("svg.main-svg")) {
      const [box, place] = [svg.getBoundingClientRect(), figure.closest(".live-figure, .figure, .interactive").getBoundingClientRect()];
      if (box.bottom > place.bottom + 1) return faults.push(`${name}: taller than its place`);
      const column = figure.closest("section, article, main, .interactive-stage, body");
      if (box.right > column.getBoundingClientRect().right + 1) return faults.push(`${name}: wider than its column`);
    }
  }

  const places = document.querySelectorAll(".live-figure, .figure[id], .interactive");
  for (const place of places) {
    const name = place.dataset.figure || place.getAttribute("aria-label") || place.id || named(place);
    const figures = place.querySelectorAll(".js-plotly-plot");
    const own = place.matches(".js-plotly-plot") ? [place, ...figures] : [...figures];
    own.forEach((figure) => plotly(figure, name));
    const other = [...place.querySelectorAll("canvas")].some(painted) || [...place.querySelectorAll("svg")].some(drawn);
    const values = place.matches(".interactive:not(.live-figure)") && place.querySelector("table, output");
    if (!own.length && !other && !values) faults.push(`${name}: nothing is drawn`);
  }
  return faults;
}
