// What a page shows stands in its address, after the #: a place, then what was chosen: #claim-x?word=PARTLY&arm=deconv
const address = {
  place: "",
  values: new URLSearchParams(),
  listeners: [],

  // A link to a place alone leaves what was chosen as it is; one with a question mark says all of it.
  read() {
    const [place, query] = location.hash.slice(1).split(/\?(.*)/s);
    try {
      this.place = decodeURIComponent(place);
    } catch {
      this.place = place;
    }
    if (query !== undefined) this.values = new URLSearchParams(query);
  },

  write() {
    const query = this.values.toString();
    const hash = encodeURIComponent(this.place) + (query && `?${query}`);
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  },

  get(key) {
    return this.values.get(key) ?? "";
  },

  list(key) {
    return this.values.getAll(key);
  },

  set(key, value) {
    this.values.delete(key);
    for (const one of [value].flat()) if (one !== "") this.values.append(key, one);
    this.write();
  },

  toggle(key, value, on) {
    this.set(key, [...this.list(key).filter((one) => one !== value), ...(on ? [value] : [])]);
  },

  start() {
    this.read();
    this.show();
    addEventListener("hashchange", () => {
      this.read();
      this.write();
      this.show();
    });
  },

  show() {
    for (const listener of this.listeners) listener();
    const target = this.place && id(this.place);
    if (target) reveal(target);
  },
};

// Brings a place into view, whatever hides it.
function reveal(target) {
  const item = target.closest(".item");
  if (item) item.hidden = false;
  const row = target.closest(".runs tbody");
  if (row) openRun(row, true);
  for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
  const within = target.querySelector?.(":scope ~ .evidence details");
  if (within) within.open = true;
  for (const old of all(".here")) old.classList.remove("here");
  target.classList.add("here");
  target.scrollIntoView({ behavior: "instant", block: target.matches("section") ? "start" : "center" });
}
