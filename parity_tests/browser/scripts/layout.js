// What does not fit: a page or a box that scrolls where it need not, columns that stand wrongly.
// `stacked` says how the columns of this width must stand.
(stacked) => {
  const faults = [];
  const scrolls = (one) => getComputedStyle(one).overflowX !== "visible";
  for (const page of [document.scrollingElement, ...[...document.querySelectorAll("main, article, .content, .main")].filter(scrolls)]) {
    if (page.scrollWidth <= page.clientWidth) continue;
    const right = page.getBoundingClientRect().right;
    const wide = [...page.querySelectorAll("*")].find((one) => one.getBoundingClientRect().right > right + 1 && visible(one));
    faults.push(`${page.scrollWidth} px stand in ${page.clientWidth} of ${page.tagName.toLowerCase()}${wide ? `: ${named(wide)}` : ""}`);
  }
  for (const box of document.querySelectorAll(".live-figure, .interactive, .interactive *")) {
    const beyond = box.scrollWidth - box.clientWidth;
    if (beyond > 1 && /auto|scroll/.test(getComputedStyle(box).overflowX) && visible(box) && !box.matches("pre, .table-wrapper"))
      faults.push(`figure ${named(box)} scrolls sideways by ${beyond} px`);
  }
  for (const box of document.querySelectorAll("main *, article *")) {
    const inside = box.scrollHeight - box.clientHeight;
    if (inside > 0 && inside < 60 && box.clientHeight > 0 && /auto|scroll/.test(getComputedStyle(box).overflowY) && visible(box))
      faults.push(`${named(box)} scrolls up and down by ${inside} px`);
  }
  for (const formula of document.querySelectorAll("mjx-math")) {
    const box = formula.closest(".math-wrapper, .math");
    if (box && box.scrollWidth > box.clientWidth + 1 && formula.getBoundingClientRect().width <= box.clientWidth && /auto|scroll/.test(getComputedStyle(box).overflowX))
      faults.push(`formula ${named(box)} fits and yet scrolls sideways`);
  }
  for (const pair of document.querySelectorAll(".side-by-side")) {
    const lefts = pair.querySelectorAll(".side-left");
    const rights = pair.querySelectorAll(".side-right");
    if (!lefts.length || lefts.length !== rights.length) faults.push(`${named(pair)}: ${lefts.length} left, ${rights.length} right`);
    rights.forEach((right, row) => {
      if (!lefts[row] || !visible(right) || !visible(lefts[row])) return;
      const [a, b] = [lefts[row].getBoundingClientRect(), right.getBoundingClientRect()];
      const beside = a.right <= b.left + 1 && a.top < b.bottom && b.top < a.bottom;
      const below = a.bottom <= b.top + 1;
      if (stacked ? !below : !beside) faults.push(`columns do not ${stacked ? "stack" : "stand side by side"}: ${named(right)}`);
    });
  }
  return faults;
}
