// A form that hides the items of a list which are not as it asks. An item says in data-facets what it is.
function filter(form, changed = () => {}) {
  const list = id(form.dataset.list);
  const items = all(".item", list).map((node) => ({
    node,
    facets: JSON.parse(node.dataset.facets),
    text: node.textContent.toLowerCase(),
  }));
  const search = form.elements.text;
  const selects = all("select", form);
  const buttons = all("button[data-facet]", form);
  const key = (facet) => form.dataset.key + facet;

  function wanted(item) {
    const has = (facet, value) => (item.facets[facet] ?? []).includes(value);
    const words = search.value.toLowerCase().split(/\s+/);
    const pressed = buttons.filter((button) => button.ariaPressed === "true");
    return (
      words.every((word) => item.text.includes(word)) &&
      selects.every((select) => !select.value || has(select.dataset.facet, select.value)) &&
      (!pressed.length || pressed.some((button) => has(button.dataset.facet, button.value)))
    );
  }

  function apply() {
    let shown = 0;
    for (const item of items) {
      const is = wanted(item);
      shown += is;
      item.node.hidden = !is;
      item.node.classList.toggle("filtered", !is);
    }
    for (const chapter of all(".chapter", list)) {
      chapter.hidden = shown < items.length && !chapter.querySelector(".item:not([hidden])");
      chapter.classList.toggle("filtered", chapter.hidden);
    }
    const noun = form.dataset.noun + (items.length === 1 ? "" : "s");
    form.querySelector("output").textContent = `${shown} of ${items.length} ${noun}`;
    const none = list.closest("section")?.querySelector(".nothing-left") ?? document.querySelector(".nothing-left");
    if (none) none.hidden = shown > 0;
    changed();
  }

  function fromAddress() {
    search.value = address.get(key("text"));
    for (const select of selects) {
      select.value = address.get(key(select.dataset.facet));
      if (select.selectedIndex < 0) select.value = "";
    }
    for (const button of buttons) {
      button.ariaPressed = String(address.list(key(button.dataset.facet)).includes(button.value));
    }
    apply();
  }

  search.addEventListener("input", () => {
    address.set(key("text"), search.value);
    apply();
  });
  for (const select of selects) {
    select.addEventListener("change", () => {
      address.set(key(select.dataset.facet), select.value);
      apply();
    });
  }
  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.ariaPressed = String(button.ariaPressed !== "true");
      address.toggle(key(button.dataset.facet), button.value, button.ariaPressed === "true");
      apply();
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const name of ["text", ...[...selects, ...buttons].map((control) => control.dataset.facet)]) {
      address.set(key(name), "");
    }
    fromAddress();
  });
  address.listeners.push(fromAddress);
}
