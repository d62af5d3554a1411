// The seeded faults: search and filter them; of the chosen one its lines, what caught it, and what it does to a run.

// Faults that hold every word searched for and lie where the filters say; "" filters nothing.
function matching(faults, { words = "", rung = "", file = "" }) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return faults.filter((fault) => {
    const text = [fault.name, fault.file, fault.place, fault.kind, fault.who, fault.diff].join(" ").toLowerCase();
    return (!rung || fault.rung === rung) && (!file || fault.file === file) && wanted.every((word) => text.includes(word));
  });
}

function drawFaults(stage, { faults, words }) {
  const { controls, select, status, element } = Interactive;
  const filters = { words: "", rung: "", file: "" };
  const row = controls(stage);
  const search = element("input", { type: "search", placeholder: "tau, mask, Stable-Baselines ..." });
  search.addEventListener("input", () => change("words", search.value));
  row.append(element("label", {}, element("span", { textContent: "Search" }), search));
  for (const [key, label] of [["rung", "Rung"], ["file", "File"]]) {
    const values = [...new Set(faults.map((fault) => fault[key]))];
    if (key === "file") values.sort();
    select(row, { label, options: [["", "all"], ...values.map((value) => [value, value])] }, (value) => change(key, value));
  }
  const count = status(stage);
  const list = element("select", { size: 10 });
  list.addEventListener("change", () => show(list.value));
  const shown = element("div", { className: "fault-shown" });
  shown.setAttribute("aria-live", "polite");
  const label = element("label", { className: "fault-list" }, element("span", { textContent: "Faults" }), list);
  stage.append(element("div", { className: "fault-parts" }, label, shown));
  let places = [];
  let chosen = (faults.find(({ curves }) => curves && curves.length) || faults[0]).name;

  function change(key, value) {
    filters[key] = value;
    refill();
  }

  function refill() {
    const found = matching(faults, filters);
    list.replaceChildren(...found.map(({ name }) => element("option", { value: name, textContent: name })));
    count.textContent = `${found.length} of ${faults.length} faults.`;
    shown.hidden = !found.length;
    if (!found.length) return;
    if (!found.some(({ name }) => name === chosen)) chosen = found[0].name;
    list.value = chosen;
    show(chosen);
  }

  // A diff's lines, each in its colour and with its sign.
  function diff(text) {
    const kinds = { "-": "fault-gone", "+": "fault-put" };
    const lines = text.split("\n").map((line) => element("span", { className: kinds[line[0]] || "", textContent: `${line}\n` }));
    return element("pre", { tabIndex: 0 }, ...lines);
  }

  function show(name) {
    chosen = name;
    const fault = faults.find((one) => one.name === name);
    const said = (head, text, tag = "span") => element("p", {}, element("b", { textContent: `${head} ` }), element(tag, { textContent: text }));
    const parts = [
      element("h2", { textContent: name }),
      said("What:", `${fault.place}: ${fault.kind}`), said("Made by:", fault.who),
      said("In", fault.file, "code"), diff(fault.diff),
      said("Caught on the rung", fault.rung), said("by", fault.test, "code"), element("blockquote", { textContent: fault.message }),
      said("In a run:", fault.why ? `${fault.why}.` : "the diagnostics that it bends the most, blue as it should be, orange with the fault."),
    ];
    places = (fault.curves || []).map(() => element("div", { className: "fault-curve" }));
    shown.replaceChildren(...parts, ...places);
    drawCurves(fault);
  }

  function drawCurves(fault) {
    const { first, second } = Interactive.colours();
    (fault.curves || []).forEach(({ key, x, right, faulty }, place) => {
      const line = (y, color, name) => ({ type: "scatter", mode: "lines", x, y, name, line: { color } });
      Interactive.plot(places[place], [line(right, first, "as it should be"), line(faulty, second, "with the fault")], Interactive.themed({
        height: 190, title: { text: words[key], x: 0.02, xanchor: "left", font: { size: 13 } }, margin: { l: 54, r: 10, t: 30, b: 34 },
        xaxis: { fixedrange: true }, yaxis: { fixedrange: true },
      }));
    });
  }

  refill();
  return () => drawCurves(faults.find(({ name }) => name === chosen));
}

if (typeof document !== "undefined") Interactive.figure("faults", drawFaults);
if (typeof module !== "undefined") module.exports = { matching }; // for the test, which runs it without a page
