// The spec's values: which sources are coloured, and what the value under the pointer or the cursor stands on.
function sourced(section) {
  const says = id("spec-says");
  const values = all("mark", section);
  const buttons = all("#spec-legend button");

  function tell(mark) {
    const line = mark.closest(".line").querySelector(".at").textContent;
    says.textContent = `Line ${line}: ${mark.textContent} is ${mark.title}.`;
  }

  // One value at a time can be tabbed to; the arrows lead to the others.
  function go(at) {
    const mark = values[Math.min(Math.max(at, 0), values.length - 1)];
    for (const other of all("mark[tabindex='0']", section)) other.tabIndex = -1;
    mark.tabIndex = 0;
    return mark;
  }

  for (const mark of values) mark.tabIndex = -1;
  if (values.length) go(0);
  section.addEventListener("pointerover", (event) => event.target.tagName === "MARK" && tell(event.target));
  section.addEventListener("focusin", (event) => event.target.tagName === "MARK" && tell(go(values.indexOf(event.target))));
  section.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.target.tagName !== "MARK" || !step) return;
    event.preventDefault();
    go(values.indexOf(event.target) + step).focus();
  });
  says.textContent = "Point at a value, or go to one with Tab and the arrow keys: here stands where it comes from.";

  function show() {
    for (const button of buttons) {
      const plain = address.list("plain").includes(button.value);
      button.disabled = false;
      button.ariaPressed = String(!plain);
      section.classList.toggle(`no-${button.value}`, plain);
    }
  }

  for (const button of buttons) {
    button.addEventListener("click", () => {
      address.toggle("plain", button.value, button.ariaPressed === "true");
      show();
    });
  }
  address.listeners.push(show);
}
