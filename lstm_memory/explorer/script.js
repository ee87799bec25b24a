// What the browser does on the Explorer's page, see script.py. It is loaded from the kernel.

const SCALE = 2; // pixels of a PNG file for each of the picture

// ipywidgets gives the handle of a slider no name that a screen reader could say.
function nameHandles(explorer) {
  const handles = explorer.querySelectorAll(".lstm-memory-timeline [role=slider]");
  for (const handle of handles) handle.setAttribute("aria-label", "epoch shown");
  return handles.length > 0;
}

// JupyterLab takes letters and arrows away from a list, unless the list says no.
function keepKeys(part) {
  part.toggleAttribute("data-lm-suppress-shortcuts", part.tagName === "SELECT");
}

// The modern way of copying is only there on safe addresses; a lesson may have others.
function copy(button) {
  const text = button.parentNode.querySelector("textarea");
  text.focus();
  text.select();
  return document.execCommand("copy") ? "Copied." : "Press Ctrl+C to copy.";
}

// Draw the SVG file of the link beside the button, and save what was drawn.
async function savePng(button) {
  const picture = new Image();
  picture.src = button.parentNode.querySelector("a").href;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = SCALE * picture.naturalWidth;
  canvas.height = SCALE * picture.naturalHeight;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const file = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const link = document.createElement("a");
  link.download = button.textContent;
  link.href = URL.createObjectURL(file);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return "Saved.";
}

const ACTIONS = { "lstm-memory-copy": copy, "lstm-memory-png": savePng };

// Do what the class of a button says, and write beside it what was done.
async function press(part) {
  const button = part.closest("button");
  const name = Object.keys(ACTIONS).find((name) => button?.classList.contains(name));
  if (!name) return;
  const message = button.nextElementSibling;
  try {
    message.textContent = await ACTIONS[name](button);
  } catch (error) {
    message.textContent = `Not possible: ${error}`;
  }
}

// The page has one listener for each Explorer, which hears only what happens inside of it.
function render({ el }) {
  const end = new AbortController();
  const explorer = () => el.closest(".lstm-memory-explorer");
  const listen = (type, act) => {
    const hear = ({ target }) => explorer()?.contains(target) && act(target);
    document.addEventListener(type, hear, { signal: end.signal });
  };
  listen("focusin", keepKeys);
  listen("click", press);
  const naming = setInterval(() => {
    if (end.signal.aborted || (explorer() && nameHandles(explorer()))) clearInterval(naming);
  }, 100);
  return () => end.abort();
}

export default { render };
