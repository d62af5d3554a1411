// What a figure shows, as text to compare: its drawings and tables, without the sliders' own readings.
(place) => {
  const stage = (place.querySelector(".interactive-stage") || place).cloneNode(true);
  stage.querySelectorAll(".interactive-controls, .interactive-status, output, input, label").forEach((one) => one.remove());
  const canvases = Array.from(place.querySelectorAll("canvas"), (canvas) => canvas.toDataURL());
  return [stage.innerHTML, ...canvases].join("\n");
}
