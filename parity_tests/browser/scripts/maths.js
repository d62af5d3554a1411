// Formulas that are not set, are set with an error, or stand in the text as they were written.
() => {
  const faults = [];
  for (const place of document.querySelectorAll(".math"))
    if (!place.querySelector("mjx-container") && !place.closest("mjx-container")) faults.push(`formula is not set: ${named(place)}`);
  for (const error of document.querySelectorAll("mjx-merror, [data-mml-node=merror]"))
    faults.push(`formula has an error: ${error.title || error.getAttribute("data-mjx-error") || named(error)}`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const raw = /\$\$|\\\(|\\\[|\\begin\{/.exec(node.data);
    if (raw && !node.parentElement.closest("code, pre, script, style, textarea, .math") && visible(node.parentElement))
      faults.push(`formula stands as it was written: ${node.data.trim().slice(0, 60)}`);
  }
  return faults;
}
