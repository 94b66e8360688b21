"""What is wrong with a page for those who do not see it or have no mouse."""

from __future__ import annotations

from playwright.sync_api import Page

AUDIT = """() => {
  const wrong = [];
  const every = (selector) => [...document.querySelectorAll(selector)];
  const called = (id) => document.getElementById(id)?.textContent ?? "";
  const ids = (node, attribute) => (node.getAttribute(attribute) ?? "").split(" ").filter(Boolean);
  const labels = (node) => [...(node.labels ?? [])].map((label) => label.textContent).join("");
  const name = (node) =>
    node.ariaLabel || labels(node) || ids(node, "aria-labelledby").map(called).join("") || node.textContent;
  const controls = "button, a[href], input, select, summary, [tabindex='0'], [role=img], [role=region], nav, form";
  for (const node of every(controls))
    if (node.getClientRects().length && !name(node).trim()) wrong.push(`no name: ${node.outerHTML.slice(0, 90)}`);
  let last = 0;
  for (const head of every("h1, h2, h3, h4")) {
    const level = Number(head.tagName[1]);
    if (level > last + 1) wrong.push(`h${level} after h${last}: ${head.textContent}`);
    last = level;
  }
  for (const one of ["h1", "body > header", "body > main", "body > footer"])
    if (every(one).length !== 1) wrong.push(`not one ${one}`);
  for (const head of every("th")) if (!head.scope) wrong.push(`no scope: ${head.textContent}`);
  const named = every("[id]").map((node) => node.id);
  if (new Set(named).size !== named.length) wrong.push("an id stands twice");
  for (const attribute of ["aria-controls", "aria-labelledby"])
    for (const id of every(`[${attribute}]`).flatMap((node) => ids(node, attribute)))
      if (!document.getElementById(id)) wrong.push(`nothing is called ${id}`);
  for (const { hash } of every("a[href^='#']"))
    if (!document.getElementById(decodeURIComponent(hash.slice(1)))) wrong.push(`leads nowhere: ${hash}`);
  if (!document.documentElement.lang || !document.title) wrong.push("no language or title");
  return wrong;
}"""


def audit(page: Page) -> list[str]:
    """Return what is wrong with a page for those who do not see it or have no mouse."""
    found: list[str] = page.evaluate(AUDIT)
    return found
