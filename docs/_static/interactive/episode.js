// An episode of the trained policy: the pendulum as it moves, and torque, reward, Q and the return received by step.
Interactive.figure("episode", (stage, data) => {
  const { controls, slider, select, player, status, element, colours, themed, plot, fixed } = Interactive;
  const { stages, shown } = data;
  let now = stages[stages.length - 1];

  const row = controls(stage);
  const options = stages.map((one, place) => [String(place), `${one.episode} (return ${fixed(one.return, 0)})`]);
  select(row, { label: "Training episodes", options, value: String(stages.length - 1) }, (place) => {
    now = stages[Number(place)];
    redraw();
  });
  const steps = slider(row, {
    label: "Step", min: 0, max: shown - 1, show: (step) => `${step} (${(step * 0.05).toFixed(2)} s)`,
  }, moveOn);
  player(row, steps, 50, moveOn); // Pendulum-v1 makes 20 steps a second

  const parts = element("div", { className: "episode-parts" });
  const scene = element("div", { className: "episode-scene", innerHTML: sceneOf() });
  const curves = element("div", { className: "episode-curves" });
  parts.append(scene, curves);
  stage.append(parts);
  const line = status(stage);

  // The pivot is at (0, 0), upright is up, and y points down, as SVG has it.
  function sceneOf() {
    return `<svg viewBox="-1.35 -1.35 2.7 2.7" aria-hidden="true">
      <defs><marker id="episode-arrow" viewBox="0 0 10 10" refX="3" refY="5" markerWidth="3.2" markerHeight="3.2"
        orient="auto"><path d="M0 0L10 5L0 10z" class="episode-head"/></marker></defs>
      <circle r="1.15" class="episode-reach"/><line y1="-1.15" y2="-1.3" class="episode-reach"/>
      <line class="episode-rod"/><circle r="0.13" class="episode-bob"/><circle r="0.06" class="episode-pivot"/>
      <path class="episode-torque" marker-end="url(#episode-arrow)"/></svg>`;
  }

  // A positive angle is anticlockwise from upright, and a positive torque turns that way.
  function drawScene(step) {
    const [x, y] = [-Math.sin(now.angle[step]), -Math.cos(now.angle[step])];
    const [rod, bob] = [scene.querySelector(".episode-rod"), scene.querySelector(".episode-bob")];
    [["x2", x], ["y2", y]].forEach(([key, value]) => rod.setAttribute(key, value));
    [["cx", x], ["cy", y]].forEach(([key, value]) => bob.setAttribute(key, value));
    scene.querySelector(".episode-torque").setAttribute("d", arcOf(now.torque[step]));
  }

  // An arc of half a circle for the largest torque, 2 N m; it begins at the top.
  function arcOf(torque) {
    const [radius, turn] = [0.42, (torque / 2) * Math.PI * 0.9];
    if (Math.abs(turn) < 0.03) return "";
    const end = `${-radius * Math.sin(turn)} ${-radius * Math.cos(turn)}`;
    return `M0 ${-radius}A${radius} ${radius} 0 0 ${torque > 0 ? 0 : 1} ${end}`;
  }

  // The value's range is this policy's own: between the first and the last it differs hundredfold.
  function rangeOf(...columns) {
    const [low, high] = [Math.min(...columns.flat()), Math.max(...columns.flat())];
    return [low - 0.05 * (high - low), high + 0.05 * (high - low)];
  }
  const REWARDS = rangeOf(...stages.map((one) => one.reward));

  function cursor(step) {
    const line = { color: colours().second, width: 2 };
    return [{ type: "line", x0: step, x1: step, y0: 0, y1: 1, xref: "x", yref: "paper", line }];
  }

  function drawCurves() {
    const { first, second, third } = colours();
    const curve = (key, name, axis, line) => ({
      type: "scatter", mode: "lines", y: now[key], name, yaxis: axis, line: { width: 2, ...line },
      hovertemplate: `step %{x}: %{y:.2f}<extra>${name}</extra>`, showlegend: axis === "y3",
    });
    const traces = [
      curve("torque", "torque", "y", { color: first }),
      curve("reward", "reward", "y2", { color: third }),
      curve("value", "Q(s, μ(s))", "y3", { color: first }),
      curve("received", "return received", "y3", { color: second, dash: "dot" }),
    ];
    const axis = (text, domain, range) => ({ title: { text, standoff: 4 }, domain, range, fixedrange: true, nticks: 5 });
    plot(curves, traces, themed({
      height: 470, margin: { l: 62, r: 10, t: 10, b: 78 }, hovermode: "x", showlegend: true,
      legend: { orientation: "h", x: 0, y: -0.13, yanchor: "top" },
      xaxis: { title: { text: "step", standoff: 2 }, range: [0, shown - 1], fixedrange: true, anchor: "y3" },
      yaxis: axis("torque, N m", [0.74, 1], [-2.2, 2.2]),
      yaxis2: axis("reward", [0.43, 0.68], REWARDS),
      yaxis3: axis("value", [0, 0.37], rangeOf(now.value, now.received)),
      shapes: cursor(Number(steps.value)),
    }));
  }

  function moveOn() {
    const step = Number(steps.value);
    drawScene(step);
    Plotly.relayout(curves, { shapes: cursor(step) });
    const [angle, speed, torque, reward, value, received] =
      ["angle", "speed", "torque", "reward", "value", "received"].map((key) => fixed(now[key][step], 2));
    line.textContent = `Step ${step}: angle ${angle} rad, speed ${speed} rad/s, torque ${torque} N m, reward ${reward}; `
      + `Q says ${value}, the return received was ${received}.`;
  }

  function redraw() {
    drawCurves();
    moveOn();
  }

  redraw();
  return redraw;
});
