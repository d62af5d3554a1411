// Policy or Q over Pendulum's state space after each training episode: reference, TorchRL, and their difference.
Interactive.figure("state_space", (stage, data) => {
  const { angles, speeds, snapshots } = data;
  const { controls, slider, select, toggle, player, status, element, decodeInt8, inRows, thousands, fixed } = Interactive;

  // Both ranges hold for all episodes; a difference's would show the last bit of a float32.
  const QUANTITIES = {
    policy: { name: "the policy", unit: "torque, N m", kind: "diverging", range: [-2, 2], apart: 1e-6 },
    value: { name: "Q", unit: "Q(s, μ(s))", kind: "sequential", range: valueRange(), apart: 1e-4 },
  };
  let quantity = "policy";

  function valueRange() {
    const packed = snapshots.map((one) => one.value.reference);
    const reach = packed.map(({ scale, offset }) => [offset - 127 * scale, offset + 127 * scale]);
    return [Math.min(...reach.map(([low]) => low)), Math.max(...reach.map(([, high]) => high))];
  }

  const row = controls(stage);
  const episodes = slider(row, {
    label: "Training episodes", min: 0, max: snapshots.length - 1, value: snapshots.length - 1,
    show: (place) => `after ${snapshots[place].episode}`,
  }, redraw);
  player(row, episodes, 500, redraw);
  const options = [["policy", "policy μ(s)"], ["value", "Q at the policy's action"]];
  select(row, { label: "Show", options }, (chosen) => {
    quantity = chosen;
    redraw();
  });
  const drawsPath = toggle(row, { label: "the policy's own episode", checked: true }, redraw);
  const maps = element("div", { className: "interactive-maps" });
  const places = ["reference", "torchrl", "difference"].map((key) => element("div", { className: `map-${key}` }));
  maps.append(...places);
  stage.append(maps);
  const [difference, about] = [status(stage), status(stage)];

  const decode = ({ int8, scale, offset }) => decodeInt8(int8, scale, offset);

  // The file holds a map of differences only where one is not zero.
  const differenceOf = ({ map, of }) => (map ? decode(map) : new Array(of).fill(0));

  function heat(values, unit, kind, range, digits, ticks = {}) {
    const hover = `angle %{x:.2f} rad<br>speed %{y:.2f} rad/s<br>${unit}: %{z:.${digits}}<extra></extra>`;
    const bar = { orientation: "h", y: -0.28, yanchor: "top", len: 1, title: { text: unit, side: "bottom" }, nticks: 5, tickangle: 0, ...ticks };
    return Interactive.heatMap({ x: angles, y: speeds, z: inRows(values, angles.length), kind, range, hover, bar });
  }

  const ticks = (end) => {
    const power = `10<sup>\u2212${-Math.log10(end)}</sup>`;
    return { tickvals: [-end, 0, end], ticktext: [`\u2212${power}`, "0", power] };
  };

  // A line that does not cross the map where the angle goes round from π to -π.
  function pathOf({ angle, speed }) {
    const [x, y] = [decode(angle), decode(speed)];
    const [xs, ys] = [[], []];
    x.forEach((value, place) => {
      if (place && Math.abs(value - x[place - 1]) > Math.PI) {
        xs.push(null);
        ys.push(null);
      }
      xs.push(value);
      ys.push(y[place]);
    });
    const line = (color, width) => ({ type: "scatter", mode: "lines", x: xs, y: ys, hoverinfo: "skip", line: { color, width } });
    const start = { type: "scatter", mode: "markers", x: [x[0]], y: [y[0]], hoverinfo: "skip" };
    return [line("#ffffff", 4.5), line("#111111", 2), { ...start, marker: { size: 9, color: "#111111", line: { color: "#ffffff", width: 2 } } }];
  }

  function layout(title) {
    const framed = Interactive.framedMap({
      x: "angle from upright, rad", y: "speed, rad/s", xRange: [-Math.PI, Math.PI], yRange: [-8, 8], height: 330,
      title: { text: title, xref: "paper", x: 0.5, xanchor: "center", y: 0.97, font: { size: 14 } }, margin: { l: 46, r: 8, t: 30, b: 112 },
    });
    Object.assign(framed.xaxis, { tickvals: [-Math.PI, 0, Math.PI], ticktext: ["−π", "0", "π"] });
    framed.xaxis.title.standoff = 2;
    return framed;
  }

  function redraw() {
    const now = snapshots[Number(episodes.value)];
    const shown = QUANTITIES[quantity];
    const { reference, torchrl, difference: found } = now[quantity];
    const path = drawsPath.checked ? pathOf(now.path) : [];
    const maps = [
      ["reference", heat(decode(reference), shown.unit, shown.kind, shown.range, "2f"), path],
      ["TorchRL", heat(decode(torchrl), shown.unit, shown.kind, shown.range, "2f"), path],
      ["difference", heat(differenceOf(found), "reference − TorchRL", "diverging", [-shown.apart, shown.apart], "3g", ticks(shown.apart)), []],
    ];
    maps.forEach(([title, map, line], place) => Interactive.plot(places[place], [map, ...line], layout(title)));
    difference.textContent = `${thousands(found.differing)} of ${thousands(found.of)} values of ${shown.name} differ in a bit `
      + `between reference and TorchRL; the largest difference is ${found.largest}.`;
    const noisy = now.return === null ? "" : ` Return of the last training episode, with noise: ${fixed(now.return, 1)}.`;
    about.textContent = `After ${now.episode} training episodes, ${thousands(now.update)} updates.${noisy}`
      + ` Return of the policy's own episode, the line from the dot on: ${fixed(now.path.return, 1)}.`;
  }

  redraw();
  return redraw;
});
