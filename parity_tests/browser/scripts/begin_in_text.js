// The next Tab goes on from the beginning of the page's text, past what stands around it.
() => {
  const text = document.querySelector("article") || document.querySelector("main") || document.body;
  text.dataset.begin = "here";
  text.tabIndex = -1;
  text.focus({ preventScroll: true });
}
