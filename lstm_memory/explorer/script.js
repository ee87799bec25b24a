// What the browser does on the Explorer's page, see script.py. It is loaded from the kernel.

const SCALE = 2; // pixels of a PNG file for each of the picture

const NETWORK = ".lstm-memory-network";
const HANDLES = { ".lstm-memory-timeline": "epoch shown", ".lstm-memory-steps": "time step" };
const HELP =
  "The network. Arrow keys left and right: time step. Space: step through. Up and down: unit.";
const KEYS = new Set(
  ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", " ", "Escape"],
);

// ipywidgets gives the handle of a slider no name that a screen reader could say, and a
// picture no place in the order of the keyboard.
function nameParts(explorer) {
  for (const [place, name] of Object.entries(HANDLES)) {
    const handle = explorer.querySelector(`${place} [role=slider]`);
    if (!handle) return false;
    handle.setAttribute("aria-label", name);
  }
  const network = explorer.querySelector(NETWORK);
  if (!network) return false;
  const look = { tabindex: 0, role: "group", "aria-label": HELP };
  for (const [name, value] of Object.entries(look)) network.setAttribute(name, value);
  return true;
}

// JupyterLab takes letters and arrows away from a list or a picture, unless that says no.
function keepKeys(part) {
  const keeps = part.tagName === "SELECT" || part.matches(NETWORK);
  part.toggleAttribute("data-lm-suppress-shortcuts", keeps);
}

// What is clicked on in a picture names its unit and its step in its title.
function chosen(part) {
  const words = part.querySelector(":scope > title")?.textContent ?? "";
  const [unit, step] = ["unit", "step"].map((name) => words.match(`\\b${name} (\\d+)`)?.[1]);
  if (unit === undefined && step === undefined) return null;
  return { unit: unit === undefined ? null : +unit, step: step === undefined ? null : +step };
}

// On the key End, the slider of ipywidgets goes to its beginning: this is the other end.
function goToEnd(event) {
  const slider = event.target.closest(".noUi-target")?.noUiSlider;
  if (event.key !== "End" || !slider) return;
  event.preventDefault();
  event.stopPropagation();
  slider.set(slider.options.range.max);
}

// The modern way of copying is only there on safe addresses; a lesson may have others.
function copy(button) {
  const text = button.parentNode.querySelector("textarea");
  text.focus();
  text.select();
  return document.execCommand("copy") ? "Copied." : "Press Ctrl+C to copy.";
}

// A tour stands at the top of the screen, and so does all of it once letters are large. After a
// story is chosen, a picture is in sight, however small the screen is.
function showPicture(explorer, button) {
  const tour = explorer.querySelector(".lstm-memory-tour");
  const pages = explorer.querySelector(".jupyter-widget-tab");
  const { top, bottom } = pages.getBoundingClientRect();
  if (tour.offsetHeight) tour.scrollIntoView();
  else if (button.matches(".lstm-memory-top")) explorer.scrollIntoView();
  else if (top > innerHeight / 2 || bottom < innerHeight / 2) pages.scrollIntoView();
}

// On a projector the Explorer fills the screen: what stands around it, in JupyterLab menus and
// tabs, takes a sixth of the height. The key Escape gives the page back.
function fillScreen(explorer) {
  const begins = !explorer.classList.contains("lstm-memory-projector");
  if (document.fullscreenElement) document.exitFullscreen();
  else if (begins) explorer.requestFullscreen?.().catch(() => {}); // where it is forbidden
}

// A picture that has to be scrolled can be reached by the keyboard; the network always can.
function nameScrolling(explorer) {
  for (const picture of explorer.querySelectorAll(`.lstm-memory-picture:not(${NETWORK})`)) {
    const scrolls = picture.scrollWidth > picture.clientWidth + 1;
    const look = { tabindex: 0, role: "group", "aria-label": "A picture, to be scrolled sideways." };
    for (const [name, value] of Object.entries(look)) {
      if (scrolls) picture.setAttribute(name, value);
      else picture.removeAttribute(name);
    }
  }
}

// The settings beside the button as a link to this page, with the word that lets others in.
function linkTo(settings) {
  const token = new URLSearchParams(location.search).get("token");
  const query = [token && `token=${encodeURIComponent(token)}`, settings].filter(Boolean);
  return location.origin + location.pathname + (query.length ? `?${query.join("&")}` : "");
}

function copyLink(button) {
  const text = button.parentNode.querySelector("textarea");
  text.value = linkTo(text.defaultValue.trim().replace(/^\?/, ""));
  return copy(button);
}

// The address of the app's page says what it shows, so that loading it again loses nothing.
function keepAddress(model) {
  if (document.body.dataset.voila) history.replaceState(null, "", linkTo(model.get("link")));
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

const ACTIONS = {
  "lstm-memory-copy": copy,
  "lstm-memory-link": copyLink,
  "lstm-memory-png": savePng,
};

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
function render({ model, el }) {
  const address = () => keepAddress(model);
  model.on("change:link", address);
  const end = new AbortController();
  const explorer = () => el.closest(".lstm-memory-explorer");
  const listen = (type, act) => {
    const hear = (event) => explorer()?.contains(event.target) && act(event.target, event);
    document.addEventListener(type, hear, { signal: end.signal });
  };
  listen("focusin", keepKeys);
  listen("click", press);
  listen("click", (part) => {
    const button = part.closest(".lstm-memory-stories button, .lstm-memory-tour button");
    if (!button) return;
    for (const wait of [0, 800]) setTimeout(() => showPicture(explorer(), button), wait); // it grows
  });
  listen("click", (part) => part.closest(".lstm-memory-fill") && fillScreen(explorer()));
  listen("click", (part) => {
    if (!part.closest(".lstm-memory-train")) return;
    explorer().querySelector(".lstm-memory-message").scrollIntoView({ block: "nearest" });
  });
  listen("click", (part) => {
    const place = chosen(part);
    if (place) model.send(place);
  });
  listen("keydown", (part, event) => {
    if (!part.matches(NETWORK) || !KEYS.has(event.key)) return;
    event.preventDefault();
    model.send({ key: event.key });
  });
  const hearKey = (event) => explorer()?.contains(event.target) && goToEnd(event);
  document.addEventListener("keydown", hearKey, { capture: true, signal: end.signal });
  const lookAgain = () => explorer() && nameScrolling(explorer());
  const resizes = new ResizeObserver(lookAgain);
  const drawings = new MutationObserver(lookAgain); // a drawing may come late, or on a new page
  const naming = setInterval(() => {
    if (end.signal.aborted || (explorer() && nameParts(explorer()))) clearInterval(naming);
    if (end.signal.aborted || !explorer()) return;
    resizes.observe(explorer());
    drawings.observe(explorer(), { childList: true, subtree: true, attributeFilter: ["class"] });
  }, 100);
  address();
  return () => {
    model.off("change:link", address);
    resizes.disconnect();
    drawings.disconnect();
    end.abort();
  };
}

export default { render };
