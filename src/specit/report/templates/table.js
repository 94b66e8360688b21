// The table of runs: sorted by any column, and each row opens to the run's details.
function sortable(table) {
  const heads = all("thead th", table);
  const bodies = all("tbody", table);
  const collator = new Intl.Collator("en", { numeric: true });

  function value(body, column) {
    const cell = body.rows[0].cells[column];
    const text = cell.dataset.value ?? cell.textContent.trim();
    return { text, number: text === "" ? NaN : Number(text) };
  }

  // What has no value stands last, whichever way.
  function order(column, down) {
    const known = bodies.map((body) => ({ body, ...value(body, column) }));
    const absent = (one) => one.text === "" || one.text === "–";
    known.sort((a, b) => {
      if (absent(a) || absent(b)) return absent(a) - absent(b);
      const way = Number.isNaN(a.number) || Number.isNaN(b.number) ? collator.compare(a.text, b.text) : a.number - b.number;
      return down ? -way : way;
    });
    table.append(...known.map((one) => one.body));
  }

  function fromAddress() {
    const asked = address.get("sort");
    const column = heads.findIndex((head) => head.dataset.sort === asked.replace(/^-/, ""));
    for (const head of heads) head.ariaSort = "none";
    if (column < 0) {
      table.append(...bodies);
      return;
    }
    heads[column].ariaSort = asked.startsWith("-") ? "descending" : "ascending";
    order(column, asked.startsWith("-"));
  }

  for (const head of heads) {
    const button = make("button", { type: "button" }, head.textContent);
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const name = head.dataset.sort;
      address.set("sort", address.get("sort") === name ? `-${name}` : name);
      fromAddress();
    });
  }
  address.listeners.push(fromAddress);
}

function openRun(body, open) {
  const button = body.querySelector("button.opens");
  if (!button) return;
  button.ariaExpanded = String(open);
  const detail = body.querySelector(".detail");
  detail.hidden = !open;
  if (open) drawRun(body.id, detail.querySelector(".curves"));
}

function openable(table) {
  for (const body of all("tbody", table)) {
    const detail = body.querySelector(".detail");
    const name = body.querySelector("th code");
    const details = detail.querySelector("details");
    details.replaceWith(...[...details.childNodes].filter((node) => node.tagName !== "SUMMARY"));
    detail.id = `${body.id}-detail`;
    const button = make("button", { type: "button", class: "opens", "aria-expanded": "false", "aria-controls": detail.id });
    name.replaceWith(button);
    button.append(name);
    detail.hidden = true;
    button.addEventListener("click", () => {
      const open = button.ariaExpanded !== "true";
      openRun(body, open);
      address.toggle("open", body.id, open);
    });
  }
  address.listeners.push(() => {
    const open = address.list("open");
    for (const body of all("tbody", table)) openRun(body, open.includes(body.id));
  });
}
