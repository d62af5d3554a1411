// What the other scripts share; it stands before each of them. Colours are [red, green, blue, opacity], each 0 to 1.
const painter = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
  .getContext("2d", { willReadFrequently: true });
const colours = new Map();

// The browser itself reads the colour: rgb(), color(srgb ...), oklab(...), whatever a style sheet may come to.
function colour(text) {
  if (!colours.has(text)) {
    painter.clearRect(0, 0, 1, 1);
    painter.fillStyle = text;
    painter.fillRect(0, 0, 1, 1);
    colours.set(text, Array.from(painter.getImageData(0, 0, 1, 1).data, (part) => part / 255));
  }
  return colours.get(text);
}

function over(top, bottom) {
  const opacity = top[3] + bottom[3] * (1 - top[3]);
  const mix = (i) => (opacity ? (top[i] * top[3] + bottom[i] * bottom[3] * (1 - top[3])) / opacity : 0);
  return [mix(0), mix(1), mix(2), opacity];
}

// What is seen of `front`, painted on `element`, and of what lies behind it: boxes and opacities up to the root.
function seen(front, element) {
  let behind = [0, 0, 0, 0];
  for (let at = element; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    const box = colour(style.backgroundColor);
    const faded = ([r, g, b, opacity]) => [r, g, b, opacity * Number(style.opacity)];
    front = faded(over(front, box));
    behind = faded(over(behind, box));
  }
  const canvas = [1, 1, 1, 1];
  return [over(front, canvas), over(behind, canvas)];
}

function luminance(parts) {
  const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// WCAG's contrast of two opaque colours, 1 to 21.
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

// An element in few words: its tag, id, classes and the beginning of its text.
function named(element) {
  const id = element.id ? `#${element.id}` : "";
  const classes = Array.from(element.classList, (name) => `.${name}`).join("");
  const text = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 40);
  return `${element.tagName.toLowerCase()}${id}${classes}${text ? ` "${text}"` : ""}`;
}

const visible = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });

const frames = async (count) => {
  for (let i = 0; i < count; i++) await new Promise(requestAnimationFrame);
};
