// In place of a hidden output JupyterLab shows its first line, which often is what the learner
// is to predict. This stylesheet puts words there that tell nothing.
const style = document.createElement("style");
style.textContent = `
  .jp-OutputPlaceholder .jp-PlaceholderText { display: none; }
  .jp-OutputPlaceholder .jp-Placeholder-contentContainer::before {
    content: "Hidden until the cell is run"; padding-right: 6px;
  }`;
document.head.append(style);

// A link to a heading of another notebook opens that notebook, but JupyterLab looks for the
// heading before it is drawn. This waits for it, for half a minute, and brings it into view.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".jp-RenderedMarkdown a[href*='.ipynb'][href*='#']");
  if (!link) return;
  const name = decodeURIComponent(link.hash.slice(1)), end = Date.now() + 30_000;
  const look = () => {
    const headings = [...document.querySelectorAll("[data-jupyter-id]")];
    const found = headings.find((each) => each.dataset.jupyterId === name && each.offsetParent);
    if (found) found.scrollIntoView();
    else if (Date.now() < end) setTimeout(look, 100);
  };
  look();
}, true);

// JupyterLab writes into a notebook that it has opened: the kernel's version of Python, and once
// more which outputs are hidden. That is no change of the learner's, and gets no mark of one.
const known = new WeakSet();
function contentOf(model) {
  const { cells } = model.toJSON();
  cells.forEach((cell) => delete cell.metadata.collapsed);
  return JSON.stringify(cells);
}
async function leaveUnmarked({ context }) {
  if (!context?.model?.cells || known.has(context)) return;
  known.add(context);
  await context.ready;
  const { model } = context;
  let saved = contentOf(model);
  const look = () => {
    if (!model.dirty) saved = contentOf(model);
    else if (contentOf(model) === saved) model.dirty = false;
  };
  model.stateChanged.connect((_, { name }) => name === "dirty" && queueMicrotask(look));
  look();
}

function activate({ shell }) {
  shell.layoutModified?.connect(() => [...shell.widgets("main")].forEach(leaveUnmarked));
}

// What JupyterLab asks of every extension: where it finds its plugins.
const plugins = [{ id: "lstm-memory:unmarked", autoStart: true, activate }];
window._JUPYTERLAB = window._JUPYTERLAB || {};
window._JUPYTERLAB["lstm-memory"] = {
  init() {},
  get: async () => () => ({ __esModule: true, default: plugins }),
};
