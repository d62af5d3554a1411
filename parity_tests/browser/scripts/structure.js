// What a reader who does not see the page needs: headings in order, texts for pictures, names for controls.
() => {
  const faults = [];
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  const headings = shown("h1, h2, h3, h4, h5, h6");
  const first = headings.filter((heading) => heading.tagName === "H1");
  if (first.length !== 1) faults.push(`${first.length} headings h1 where one is needed`);
  let level = 0;
  for (const heading of headings) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) faults.push(`heading ${named(heading)} follows a heading of level ${level}`);
    level = next;
  }
  for (const image of shown("img"))
    if (!image.alt && image.getAttribute("role") !== "presentation") faults.push(`image ${image.src.split("/").pop()} has no alt text`);
  for (const figure of shown("[role=img]"))
    if (!figure.getAttribute("aria-label") && !figure.querySelector("title")) faults.push(`picture ${named(figure)} has no name`);
  const called = (one) => one.getAttribute("aria-label") || one.getAttribute("aria-labelledby") || one.title;
  for (const input of shown("input:not([type=hidden], [type=submit]), select, textarea"))
    if (!called(input) && ![...input.labels].some((label) => label.textContent.trim())) faults.push(`input ${named(input)} has no label`);
  for (const button of shown("button, a[href]"))
    if (!called(button) && !button.textContent.trim() && !button.querySelector("img[alt]:not([alt=''])"))
      faults.push(`${named(button)} has no name`);
  if (!document.documentElement.lang) faults.push("the page does not say its language");
  if (!document.title) faults.push("the page has no title");
  return faults;
}
