// Notes from now on, for each element that the Tab key comes to, whether one sees it there.
() => {
  const ring = (style) => [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join();
  document.head.append(Object.assign(document.createElement("style"), { textContent: "* { transition: none !important }" }));
  const before = new WeakMap();
  for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]"))
    before.set(one, ring(getComputedStyle(one)));
  const watch = { faults: [], reached: 0 };
  document.addEventListener("focusin", ({ target }) => {
    if (target.dataset.begin) return; // put there by begin_in_text
    const style = getComputedStyle(target);
    const box = target.getBoundingClientRect();
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    watch.reached += 1;
    if (box.width < 2 || box.height < 2 || !visible(target)) watch.faults.push(`focus falls on what is not shown: ${named(target)}`);
    else if (ring(style) === before.get(target) || (!outlined && style.boxShadow === "none"))
      watch.faults.push(`focus is not seen on ${named(target)}`);
    else if (outlined && style.boxShadow === "none" && target.parentElement) {
      const [line, behind] = seen(colour(style.outlineColor), target.parentElement);
      const ratio = contrast(line, behind);
      if (ratio < 3) watch.faults.push(`focus is hardly seen, ${ratio.toFixed(2)} to 1, on ${named(target)}`);
    }
  });
  window.focusWatch = watch;
}
