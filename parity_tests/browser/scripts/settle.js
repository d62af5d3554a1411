// Waits until formulas are set and what the page draws at its beginning is drawn.
async () => {
  if (window.MathJax?.startup?.promise) await window.MathJax.startup.promise;
  await document.fonts.ready;
  await frames(2);
}
