// Two runs that differ in one bit, or in one rewritten line: their policies after so many updates, and how far apart.
Interactive.figure("one_bit", (stage, data) => {
  const { angles, speeds, updates, changes, policies, step } = data;
  const { controls, slider, select, player, status, element, decodeInt8, inRows, thousands, colours } = Interactive;
  const MOST = 4; // torque from one end of the action box to the other
  let change = changes[0];

  const row = controls(stage);
  const looks = slider(row, {
    label: "Updates", min: 0, max: updates.length - 1, value: data.start,
    show: (place) => `after ${thousands(updates[place])}`,
  }, redraw);
  player(row, looks, 600, redraw);
  select(row, { label: "What is different", options: changes.map(({ words }, place) => [String(place), words]) }, (chosen) => {
    change = changes[Number(chosen)];
    redraw();
  });
  const maps = element("div", { className: "interactive-maps" });
  const places = ["run", "twin", "difference"].map((key) => element("div", { className: `map-${key}` }));
  maps.append(...places);
  const growth = element("div", { className: "one-bit-growth" });
  stage.append(maps, growth);
  const words = status(stage);

  const size = angles.length * speeds.length;
  const decoded = {};
  function policy(name, look) {
    decoded[name] ??= decodeInt8(policies[name], step);
    return decoded[name].slice(look * size, (look + 1) * size);
  }

  function map(place, title, values) {
    const hover = "angle %{x:.2f} rad<br>speed %{y:.2f} rad/s<br>torque %{z:.2f}<extra></extra>";
    const bar = { orientation: "h", y: -0.3, yanchor: "top", len: 1, title: { text: "torque, N m", side: "bottom" }, nticks: 5 };
    const heat = Interactive.heatMap({ x: angles, y: speeds, z: inRows(values, angles.length), kind: "diverging", range: [-2, 2], hover, bar });
    const framed = Interactive.framedMap({
      x: "angle from upright, rad", y: "speed, rad/s", xRange: [-Math.PI, Math.PI], yRange: [-8, 8], height: 330,
      title: { text: title, xref: "paper", x: 0.5, xanchor: "center", y: 0.97, font: { size: 14 } }, margin: { l: 46, r: 8, t: 30, b: 112 },
    });
    Object.assign(framed.xaxis, { tickvals: [-Math.PI, 0, Math.PI], ticktext: ["−π", "0", "π"] });
    framed.xaxis.title.standoff = 2;
    Interactive.plot(place, [heat], framed);
  }

  // Every seed's twins as lines, the one whose policies are drawn the strongest; a bar where the slider stands.
  function drawGrowth(update) {
    const { first, second, ink } = colours();
    const lines = change.twins.map(({ seed, updates: x, distances: y }) => ({
      type: "scatter", mode: "lines", x, y, name: `seed ${seed}`, line: { color: seed === 0 ? second : first, width: seed === 0 ? 2.5 : 1 },
      hovertemplate: `seed ${seed}, update %{x}: %{y:.2g}<extra></extra>`,
    }));
    const log = { type: "log", range: [-8, Math.log10(MOST)], dtick: 2, exponentformat: "power", fixedrange: true, title: { text: "torque, N m" } };
    const here = { type: "line", x0: update, x1: update, yref: "paper", y0: 0, y1: 1, line: { color: ink, width: 1, dash: "dot" } };
    Interactive.plot(growth, lines, Interactive.themed({
      height: 260, yaxis: log, xaxis: { title: { text: "update" }, range: [0, updates[updates.length - 1]], fixedrange: true },
      title: { text: "largest difference over the state space, each seed's twins", x: 0.02, xanchor: "left", font: { size: 14 } },
      shapes: [here], margin: { l: 66, r: 12, t: 40, b: 46 },
    }));
  }

  function redraw() {
    const look = Number(looks.value);
    const [one, other] = [policy("", look), policy(change.name, look)];
    map(places[0], "one run", one);
    map(places[1], "its twin", other);
    map(places[2], "difference", one.map((value, place) => value - other[place]));
    drawGrowth(updates[look]);
    const shown = change.twins.find(({ seed }) => seed === 0);
    const at = shown.updates.indexOf(updates[look]);
    const apart = at < 0 ? "the same in every bit" : `at most ${shown.distances[at].toPrecision(2)} of torque apart`;
    words.textContent = `After update ${thousands(updates[look])} the policies are ${apart}.`;
  }

  redraw();
  return redraw;
});
