// Visible text that stands out too little: below 4.5 to 1, or 3 to 1 where it is large (WCAG 2.2, 1.4.3).
() => {
  const LEAST = 2; // pixels; a smaller box is text for screen readers alone
  const faults = new Map();

  function judge(text, element, ink, style) {
    const [front, behind] = seen(colour(ink), element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = contrast(front, behind);
    if (ratio >= (large ? 3 : 4.5)) return;
    const hex = (parts) => "#" + parts.slice(0, 3).map((part) => Math.round(part * 255).toString(16).padStart(2, "0")).join("");
    const key = `${hex(front)} on ${hex(behind)} is ${ratio.toFixed(2)} to 1`;
    if (!faults.has(key)) faults.set(key, `${key}: "${text.trim().slice(0, 40)}" in ${named(element).split(' "')[0]}`);
  }

  // Of an element and all around it: what style sheets, and its own style, go by.
  const chains = new WeakMap();
  function classes(element) {
    if (!element) return "";
    if (!chains.has(element)) {
      const own = `${element.tagName}.${element.className}[${element.getAttribute("style") || ""}]`;
      chains.set(element, `${classes(element.parentElement)} ${own}`);
    }
    return chains.get(element);
  }

  const range = document.createRange();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const judged = new WeakSet(); // a parent's texts look alike
  const kinds = new Set(); // so do tokens of a kind in code
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || judged.has(parent) || !visible(parent) || parent.closest("script, style, noscript")) continue;
    judged.add(parent);
    if (parent.closest("pre")) {
      const kind = classes(parent);
      if (kinds.has(kind)) continue;
      kinds.add(kind);
    }
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width < LEAST || box.height < LEAST || parent.closest(":disabled")) continue;
    const style = getComputedStyle(parent);
    if (parent.namespaceURI.endsWith("/svg") && style.fill === "none") continue;
    judge(node.data, parent, parent.namespaceURI.endsWith("/svg") ? style.fill : style.color, style);
  }
  for (const input of document.querySelectorAll("input:not([type=range], [type=checkbox], [type=radio]), select, textarea")) {
    if (!visible(input) || input.disabled) continue;
    const empty = input.value === "" && input.placeholder;
    const style = getComputedStyle(input, empty ? "::placeholder" : null);
    judge(empty || input.value || "what is typed", input, style.color, style);
  }
  return [...faults.values()];
}
