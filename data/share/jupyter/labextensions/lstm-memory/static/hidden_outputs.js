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

// What JupyterLab asks of every extension: it takes nothing, and has no plugins.
window._JUPYTERLAB = window._JUPYTERLAB || {};
window._JUPYTERLAB["lstm-memory"] = { init() {}, get: async () => () => ({ default: [] }) };
