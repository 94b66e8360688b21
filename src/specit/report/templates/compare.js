// Groups of runs side by side: every seed as a mark, the median and the range beside it, and the curves overlaid.
const FIRST = 6;

function comparison(rows) {
  const form = id("compare-controls");
  const { measure, at, over } = form.elements;
  const axes = [...new Set(DATA.runs.flatMap((run) => Object.keys(run.point)))];
  const differing = axes.filter((axis) => new Set(DATA.runs.map((run) => run.point[axis])).size > 1);
  const apart = ["arm", ...differing.map((axis) => `=${axis}`), "tier"];

  const used = (name) => DATA.runs.some((run) => value(run, name, "last") !== null);
  for (const [name, about] of Object.entries(DATA.measures)) if (used(name)) measure.append(make("option", { value: name }, about.title));
  for (const name of apart) id("compare-by").append(tick("by", name, name.replace("=", "")));

  function tick(name, value, text) {
    return make("label", {}, make("input", { type: "checkbox", name, value }), ` ${text}`);
  }

  function value(run, name, which) {
    if (name === "parameters") return run.parameters;
    const known = (name === "seconds" ? run.seconds : (run.values[name] ?? [])).filter((one) => one !== null);
    if (!known.length) return null;
    if (which === "last" || name === "seconds") return known.at(-1);
    return DATA.measures[name].better === "higher" ? Math.max(...known) : Math.min(...known);
  }

  function name(run, by) {
    const parts = by.map((one) => (one[0] === "=" ? (one.slice(1) in run.point ? `${one.slice(1)}: ${run.point[one.slice(1)]}` : "") : run[one]));
    return parts.filter(Boolean).join(", ") || "all runs";
  }

  function show() {
    const by = all("input[name=by]:checked", form).map((input) => input.value);
    const left = new Set(rows().map((row) => row.id));
    const seen = new Set();
    const runs = DATA.runs.filter((run) => {
      if (!left.has(run.id) || value(run, measure.value, at.value) === null) return false;
      const once = `${run.name} ${name(run, by)}`; // one run may stand in the table under several arms or options
      return !seen.has(once) && seen.add(once);
    });
    const groups = [...grouped(runs, (run) => name(run, by))].map(([title, own]) => ({ title, own }));
    const shown = foremost(groups);
    const off = address.list("c.without");
    const on = address.list("c.with");
    const box = id("compare-groups");
    box.replaceChildren(...groups.map((group) => tick("group", group.title, group.title)));
    for (const input of all("input", box)) {
      const first = shown.has(input.value);
      input.checked = first ? !off.includes(input.value) : on.includes(input.value);
      input.addEventListener("change", () => {
        const title = input.value;
        address.toggle("c.without", title, !input.checked && first);
        address.toggle("c.with", title, input.checked && !first);
        plots(groups);
      });
    }
    plots(groups);
  }

  // Of each arm the group with most runs, then the next ones, up to a handful.
  function foremost(groups) {
    const ranked = [];
    for (const own of grouped(groups, (group) => group.own[0].arm).values()) {
      own.sort((a, b) => b.own.length - a.own.length).forEach((group, rank) => ranked.push({ title: group.title, rank }));
    }
    return new Set(ranked.sort((a, b) => a.rank - b.rank).slice(0, FIRST).map((group) => group.title));
  }

  function plots(groups) {
    const ticked = all("input[name=group]:checked", form);
    const chosen = groups.filter((group) => ticked.some((input) => input.value === group.title)).map((group, place) => ({ ...group, place }));
    for (const old of all("svg", id("compare-groups"))) old.remove();
    ticked.forEach((input, place) => input.after(key(place)));
    const about = DATA.measures[measure.value];
    const told = chosen.map((group) => {
      const values = group.own.map((run) => ({ run, value: value(run, measure.value, at.value) })).sort((a, b) => a.value - b.value);
      const middle = values.length / 2;
      const median = (values[Math.floor(middle - 0.5)].value + values[Math.ceil(middle - 0.5)].value) / 2;
      return { ...group, values, median, one: new Set(group.own.map((run) => run.lock)).size === 1 };
    });
    const confidence = (group) => (group.one && group.values.length > 1 && measure.value !== "parameters" ? `${(100 * (1 - 2 ** (1 - group.values.length))).toPrecision(3)} %` : "–");
    const whole = (number) => measured(number, about);
    id("compare-table").tBodies[0].replaceChildren(
      ...told.map((group) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, key(group.place), ` ${group.title}`),
          ...[group.values.length, whole(group.values[0].value), whole(group.median), whole(group.values.at(-1).value), confidence(group)].map((text) => make("td", { class: "number" }, text)),
        ),
      ),
    );
    id("compare-says").textContent = told.length
      ? "The line is the median, the bar goes from the least to the greatest. Confidence: how surely that bar holds the true median, 1 − 2¹⁻ⁿ for n runs that differ by their seed alone; where they differ otherwise, there is none."
      : "No run is left to draw: choose a group, or show more runs.";
    id("compare-strip").replaceChildren(...(told.length ? [strip(told, about)] : []));
    const curved = told.filter((group) => group.own.some((run) => series(run, measure.value, over.value).length > 1));
    id("compare-curves").replaceChildren(...(curved.length ? [overlaid(curved, about)] : []));
    id("compare-curves").closest("figure").hidden = !curved.length;
  }

  function strip(groups, about) {
    const [width, left, step, top] = [860, 250, 38, 8];
    const bottom = top + step * groups.length;
    const values = groups.flatMap((group) => group.values.map((one) => one.value * about.scale));
    const x = scale(values, left + 12, width - 16, { log: about.log, floor: about.floor, most: 7 });
    const drawn = groups.flatMap((group, at) => {
      const { colour, mark } = look(group.place);
      const y = top + step * (at + 0.5);
      const ends = [group.values[0], group.values.at(-1)].map((one) => x.place(one.value * about.scale));
      const middle = x.place(group.median * about.scale);
      const near = new Map();
      const marks = group.values.map(({ run, value: found }) => {
        const place = x.place(found * about.scale);
        const slot = Math.round(place / 9);
        near.set(slot, (near.get(slot) ?? 0) + 1);
        const beside = near.get(slot) - 1;
        const shape = mark(place, y + (beside % 2 ? 1 : -1) * Math.min(Math.ceil(beside / 2) * 5, step / 2 - 5));
        const link = draw("g", { class: "seed" }, draw("title", {}, `${run.name} ${group.title}, seed ${run.seed}: ${measured(found, about)}`), shape);
        return link;
      });
      return [
        ...halves(group.title).map((text, line, lines) => label(left - 6, y + 4 + 14 * (line - (lines.length - 1) / 2), "end", text, { class: "name" })),
        draw("g", { fill: colour, stroke: colour }, ...(marks.length > 1 ? [draw("path", { class: "range", d: `M${ends[0]} ${y}H${ends[1]}` })] : []), ...marks, ...(marks.length > 1 ? [draw("path", { class: "median", d: `M${middle} ${y - 15}V${y + 15}` })] : [])),
      ];
    });
    const title = `${at.value} ${axisTitle(about, x.logarithmic)}`;
    const says = `${title}. ${groups.map((group) => `${group.title}: median ${measured(group.median, about)} of ${group.values.length}`).join("; ")}`;
    return picture(width, bottom + 44, says, ...across(x, top, bottom), label((left + width) / 2, bottom + 36, "middle", title), ...drawn);
  }

  // A long name in two lines, broken at the comma nearest its middle.
  function halves(title) {
    const middle = (at) => Math.abs(at - title.length / 2);
    const commas = [...title.matchAll(/, /g)].map((found) => found.index).sort((a, b) => middle(a) - middle(b));
    const lines = title.length > 34 && commas.length ? [title.slice(0, commas[0] + 1), title.slice(commas[0] + 2)] : [title];
    return lines.map((line) => (line.length > 38 ? `${line.slice(0, 37)}…` : line));
  }

  function overlaid(groups, about) {
    const [width, height, left, top] = [860, 360, 64, 12];
    const bottom = height - 46;
    const lines = groups.flatMap((group) => group.own.map((run) => ({ group, run, points: series(run, measure.value, over.value) }))).filter((line) => line.points.length);
    const y = scale(lines.flatMap((line) => line.points.map((point) => point[1])), bottom, top, { log: about.log, floor: about.floor, most: 6 });
    // Where one run is over before another has well begun, both are seen on a logarithmic axis alone.
    const ends = lines.map((line) => line.points.at(-1)[0]);
    const times = lines.flatMap((line) => line.points.map((point) => point[0]));
    const x = scale(times, left, width - 16, { log: Math.min(...ends) * 20 < Math.max(...ends), most: 8 });
    const drawn = lines.map(({ group, run, points }) => {
      const { colour, dash, mark } = look(group.place);
      const placed = points.map(([a, b]) => [x.place(a), y.place(b)]);
      const line = draw("path", { class: "line", d: path(placed), "stroke-dasharray": dash });
      return draw("g", { class: "seed", stroke: colour, fill: colour }, draw("title", {}, `${run.name} ${group.title}, seed ${run.seed}`), line, mark(...placed.at(-1)));
    });
    const title = `${axisTitle(about, y.logarithmic)} over ${over.value}${x.logarithmic ? " (log scale)" : ""}`;
    const says = `${title}. ${groups.map((group) => group.title).join("; ")}: ${lines.length} runs.`;
    return picture(width, height, says, ...upright(y, left, width - 16), ...across(x, top, bottom), label((left + width) / 2, height - 8, "middle", title), ...drawn);
  }

  function axisTitle(about, logarithmic) {
    const unit = [about.unit, logarithmic ? "log scale" : ""].filter(Boolean).join(", ");
    return `${about.title}${unit && ` (${unit})`}`;
  }

  function fromAddress() {
    measure.value = address.get("c.measure") || DATA.foremost || measure.options[0]?.value;
    if (measure.selectedIndex < 0) measure.selectedIndex = 0;
    at.value = address.get("c.at") === "best" ? "best" : "last";
    over.value = address.get("c.over") === "seconds" ? "seconds" : "epochs";
    const by = address.list("c.by");
    for (const input of all("input[name=by]", form)) {
      input.checked = !by.length || by.includes(input.value);
    }
    show();
  }

  for (const [control, name] of [[measure, "c.measure"], [at, "c.at"], [over, "c.over"]]) {
    control.addEventListener("change", () => {
      address.set(name, control.value);
      show();
    });
  }
  id("compare-by").addEventListener("change", () => {
    address.set("c.by", all("input[name=by]:checked", form).map((input) => input.value));
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  address.listeners.push(fromAddress);
  return show;
}
