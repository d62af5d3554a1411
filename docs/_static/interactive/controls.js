// What interactive figures share: how one begins, and native inputs with labels; drawing.js has numbers and colours.
// A figure's script calls Interactive.figure(name, draw); draw(stage, data) fills the stage and returns what redraws it.
const Interactive = (() => {
  const redraws = [];

  function begin(root, draw) {
    const stage = root.querySelector(".interactive-stage");
    const data = JSON.parse(root.querySelector(".interactive-data").textContent);
    const redraw = draw(stage, data);
    if (redraw) redraws.push(redraw);
    root.dataset.drawn = "true";
  }

  function figure(name, draw) {
    const all = () => document.querySelectorAll(`.interactive[data-figure="${name}"]`).forEach((root) => begin(root, draw));
    // "load", as figures.js does: Plotly stands in the head, but style sheets must have their sizes, too.
    if (document.readyState === "complete") all();
    else window.addEventListener("load", all);
  }

  function isDark() {
    const chosen = document.body.dataset.theme;
    return chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  }

  function watchTheme() {
    const redrawAll = () => redraws.forEach((redraw) => redraw());
    new MutationObserver(redrawAll).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
  }

  // --- elements ---

  function element(tag, properties = {}, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  // A row of controls; put inputs into it.
  function controls(stage) {
    const row = element("div", { className: "interactive-controls" });
    stage.append(row);
    return row;
  }

  // A line under a figure that is read aloud when it changes: a slider should be heard, too.
  function status(stage) {
    const line = element("p", { className: "interactive-status" });
    line.setAttribute("aria-live", "polite");
    stage.append(line);
    return line;
  }

  // A slider with its value in words beside it. show(value) is also what a screen reader says instead of the number.
  function slider(row, { label, min, max, step = 1, value = min, show = String }, onInput) {
    const input = element("input", { type: "range", min, max, step, value });
    const output = element("output");
    const tell = () => {
      output.textContent = show(Number(input.value));
      input.setAttribute("aria-valuetext", output.textContent);
    };
    input.addEventListener("input", () => {
      tell();
      onInput(Number(input.value));
    });
    tell();
    row.append(element("label", { className: "interactive-slider" }, element("span", { textContent: label }), input, output));
    // For scripts that move it themselves (playing): no event comes from setting a value.
    input.moveTo = (moved) => {
      input.value = moved;
      tell();
    };
    return input;
  }

  // options: [[value, text], ...]
  function select(row, { label, options, value = options[0][0] }, onChange) {
    const input = element("select", {}, ...options.map(([key, text]) => element("option", { value: key, textContent: text })));
    input.value = value;
    input.addEventListener("change", () => onChange(input.value));
    row.append(element("label", {}, element("span", { textContent: label }), input));
    return input;
  }

  function toggle(row, { label, checked = false }, onChange) {
    const input = element("input", { type: "checkbox", checked });
    input.addEventListener("change", () => onChange(input.checked));
    row.append(element("label", { className: "interactive-switch" }, input, element("span", { textContent: label })));
    return input;
  }

  function number(row, { label, value, min = "", max = "", step = "any" }, onInput) {
    const input = element("input", { type: "number", value, min, max, step });
    input.addEventListener("input", () => onInput(input.valueAsNumber));
    row.append(element("label", {}, element("span", { textContent: label }), input));
    return input;
  }

  function button(row, label, onClick) {
    const made = element("button", { type: "button", textContent: label });
    made.addEventListener("click", onClick);
    row.append(made);
    return made;
  }

  const prefersCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // A button that moves a slider on, one step each `delay` ms, until its end; it never begins by itself. Where the
  // reader wants less motion, it moves twice a second, in longer steps that come as far.
  function player(row, input, delay, onStep) {
    const [pause, stride] = prefersCalm() && delay < 500 ? [500, Math.round(500 / delay)] : [delay, 1];
    let timer = null;
    const toggled = (playing) => {
      made.textContent = playing ? "Pause" : "Play";
      // What changes many times a second is not read aloud; where it stops is.
      const lines = row.parentElement.querySelectorAll(".interactive-status");
      lines.forEach((line) => line.setAttribute("aria-live", playing ? "off" : "polite"));
    };
    const stop = () => {
      clearInterval(timer);
      timer = null;
      toggled(false);
    };
    const step = () => {
      input.moveTo(Number(input.value) + stride * Number(input.step));
      if (input.value === input.max) stop();
      onStep(Number(input.value));
    };
    const made = button(row, "Play", () => {
      if (timer !== null) return stop();
      if (input.value === input.max) input.moveTo(input.min);
      toggled(true);
      timer = setInterval(step, pause);
    });
    input.addEventListener("input", stop); // whoever takes the slider has it
    return made;
  }

  if (typeof document !== "undefined") window.addEventListener("load", watchTheme);
  return { figure, isDark, element, controls, status, slider, select, toggle, number, button, player };
})();

if (typeof module !== "undefined") module.exports = Interactive;
