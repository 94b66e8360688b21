// A run's measures over its epochs: training and test of one kind in one picture.
function drawRun(name, box) {
  const run = DATA.runs.find((one) => one.id === name);
  if (!run || box.childNodes.length) return;
  const kinds = grouped(Object.keys(run.values), kind);
  const last = (what) => what === "loss"; // it says least: what a run is judged by comes before it
  for (const what of [...kinds.keys()].sort((a, b) => last(a) - last(b))) box.append(curves(run, what, kinds.get(what)));
}

const kind = (measure) => measure.replace(/^(train|test)_/, "");

function grouped(values, key) {
  const groups = new Map();
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value]);
  return groups;
}

// The [over, value] pairs of one measure of a run.
function series(run, measure, over) {
  const scale = DATA.measures[measure]?.scale ?? 1;
  const values = run.values[measure] ?? [];
  return values.flatMap((value, at) => (value === null ? [] : [[run[over][at], value * scale]]));
}

function curves(run, what, measures) {
  const known = measures.filter((measure) => measure in DATA.measures && series(run, measure, "epochs").length > 1);
  if (!known.length) return "";
  const about = DATA.measures[known[0]];
  const drawn = known.map((measure) => series(run, measure, "epochs"));
  const [width, height, left, bottom] = [340, 190, 60, 160];
  const y = scale(drawn.flat().map((point) => point[1]), bottom, 14, { log: about.log, floor: about.floor, most: 5 });
  const x = scale(drawn.flat().map((point) => point[0]), left, width - 10, { least: 0, most: 5 });
  const title = known.length > 1 ? what.replaceAll("_", " ") : about.title;
  const says = known.map((measure, at) => {
    const last = drawn[at].at(-1);
    return `${DATA.measures[measure].title}: ${number(drawn[at][0][1])} at epoch ${drawn[at][0][0]}, ${number(last[1])} at ${last[0]}`;
  });
  const lines = known.map((measure, at) => {
    const { colour, dash } = measure.startsWith("train") ? look(1) : look(0);
    return draw("path", { class: "line", d: path(drawn[at].map(([a, b]) => [x.place(a), y.place(b)])), stroke: colour, "stroke-dasharray": dash });
  });
  const parts = known.map((measure) => {
    const { colour, dash } = measure.startsWith("train") ? look(1) : look(0);
    const line = draw("svg", { width: 24, height: 10, "aria-hidden": "true" }, draw("path", { d: "M0 5H24", stroke: colour, "stroke-width": 2, "stroke-dasharray": dash }));
    return make("span", {}, line, ` ${DATA.measures[measure].title}`);
  });
  const unit = [about.unit, y.logarithmic ? "log scale" : ""].filter(Boolean).join(", ");
  return make(
    "figure",
    { class: "small" },
    make("figcaption", {}, `${title}${unit && ` (${unit})`} over epochs `, ...parts),
    picture(width, height, says.join("; "), ...upright(y, left, width - 10), ...across(x, bottom, bottom), ...lines),
  );
}
