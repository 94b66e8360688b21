// Starts what is on this page, and shows what its address asks for.
const DATA = JSON.parse(id("data")?.textContent ?? '{"runs": [], "measures": {}, "foremost": ""}');

function themed(button) {
  const root = document.documentElement;
  const themes = ["as the system", "light", "dark"];
  const now = () => root.dataset.theme ?? themes[0];
  const say = () => (button.textContent = `Theme: ${now()}`);
  button.addEventListener("click", () => {
    const next = themes[(themes.indexOf(now()) + 1) % themes.length];
    if (next === themes[0]) delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      localStorage.setItem("specit-theme", next);
    } catch {
      // A browser may keep nothing for files on disk: then the theme holds for this page alone.
    }
    say();
  });
  say();
}

// Browsers that cannot print what is folded are helped: everything opens, and closes again.
function printable() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
}

const runs = id("run-rows");
const compare = id("compare-controls") && DATA.runs.length ? comparison(() => all(".item:not(.filtered)", runs)) : () => {};
if (runs) {
  openable(runs);
  sortable(runs);
}
for (const form of all("form[data-list]")) filter(form, form.dataset.list === "run-rows" ? compare : undefined);
if (id("spec")) sourced(id("spec"));
themed(id("theme"));
printable();
address.start();
