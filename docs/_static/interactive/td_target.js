// A calculator of TD targets: one transition, and what each implementation would regress on.

// rules: as in the page's data. Each answers with the reward alone where it stops the bootstrap.
function tdTargets(rules, { reward, gamma, nextValue, terminated, truncated }) {
  const flags = `${Number(terminated)}${Number(truncated)}`;
  return rules.map(({ key, stops }) => ({ key, stops: stops[flags], target: stops[flags] ? reward : reward + gamma * nextValue }));
}

function drawTdTarget(stage, { rules, example }) {
  const { controls, number, toggle, status, element, fixed } = Interactive;
  const inputs = { ...example, nextValue: example.next_value };
  const row = controls(stage);
  const given = (key, label, options = {}) =>
    number(row, { label, value: inputs[key], ...options }, (value) => change(key, value));
  given("reward", "reward r");
  given("gamma", "γ", { min: 0, max: 1, step: 0.01 });
  given("nextValue", "Q′(s′, μ′(s′))");
  for (const key of ["terminated", "truncated"]) toggle(row, { label: key, checked: inputs[key] }, (on) => change(key, on));

  const rows = rules.map((rule) => {
    const [formula, target, apart] = [element("td"), element("td", { className: "td-number" }), element("td")];
    const name = element("th", { scope: "row", textContent: rule.name });
    return { formula, target, apart, line: element("tr", {}, name, element("td", { textContent: rule.end }), formula, target, apart) };
  });
  const head = ["who", "an end is", "y =", "y", "against ours"].map((text) => element("th", { scope: "col", textContent: text }));
  const table = element("table", { className: "docutils td-targets" },
    element("caption", { textContent: "The TD target of this transition" }),
    element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows.map(({ line }) => line)));
  const verdict = status(stage);
  stage.append(element("div", { className: "table-wrapper" }, table));

  const shown = (value) => (Number.isFinite(value) ? fixed(value, 2) : "?");

  function change(key, value) {
    inputs[key] = value;
    redraw();
  }

  function redraw() {
    const found = tdTargets(rules, inputs);
    const ours = found[0];
    found.forEach(({ stops, target }, place) => {
      const cells = rows[place];
      cells.formula.textContent = stops ? "r" : "r + γ Q′";
      cells.target.textContent = shown(target);
      cells.line.classList.toggle("td-differs", stops !== ours.stops);
      cells.apart.textContent = stops === ours.stops ? "the same" : `${target < ours.target ? "" : "+"}${shown(target - ours.target)}`;
    });
    const others = found.filter(({ stops }) => stops !== ours.stops).length;
    const bootstraps = ours.stops ? "the reward alone, since what follows a terminal state is worth nothing" : "reward and bootstrap";
    verdict.textContent = `Right is ${shown(ours.target)}: ${bootstraps}. `
      + (others ? `${others} of ${found.length} rows answer otherwise.` : `All ${found.length} rows agree.`);
  }

  redraw();
}

if (typeof document !== "undefined") Interactive.figure("td_target", drawTdTarget);
if (typeof module !== "undefined") module.exports = { tdTargets }; // for the test, which runs it without a page
