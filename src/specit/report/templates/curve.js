// A run's measures over its epochs: training and test, or made and real, of one kind in one picture.
function drawRun(name, box) {
  const run = DATA.runs.find((one) => one.id === name);
  if (!run || box.childNodes.length) return;
  const kinds = grouped(Object.keys(run.values), kind);
  const rank = (what) => (what === kind(run.foremost) ? 0 : /(^|_)loss$/.test(what) ? 2 : 1); // a loss says least
  for (const what of [...kinds.keys()].sort((a, b) => rank(a) - rank(b))) box.append(curves(run, what, kinds.get(what)));
}

const kind = (measure) => measure.replace(/^(train|test|real)_/, "");
const lookOf = (measure) => look(measure.startsWith("train") ? 1 : measure.startsWith("real") ? 2 : 0);

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
  const both = known.length > 1 && !known.includes(what); // training and test: what they have in common
  const title = both ? what.replaceAll("_", " ") : about.title;
  const says = known.map((measure, at) => {
    const last = drawn[at].at(-1);
    return `${DATA.measures[measure].title}: ${number(drawn[at][0][1])} at epoch ${drawn[at][0][0]}, ${number(last[1])} at ${last[0]}`;
  });
  const lines = known.map((measure, at) => {
    const { colour, dash } = lookOf(measure);
    return draw("path", { class: "line", d: path(drawn[at].map(([a, b]) => [x.place(a), y.place(b)])), stroke: colour, "stroke-dasharray": dash });
  });
  const parts = known.map((measure) => {
    const { colour, dash } = lookOf(measure);
    const line = draw("svg", { width: 24, height: 10, "aria-hidden": "true" }, draw("path", { d: "M0 5H24", stroke: colour, "stroke-width": 2, "stroke-dasharray": dash }));
    return make("span", {}, line, ` ${DATA.measures[measure].title}`);
  });
  const unit = [about.unit, y.logarithmic ? "log scale" : ""].filter(Boolean).join(", ");
  return make(
    "figure",
    { class: "small" },
    make("figcaption", {}, `${title}${unit && ` (${unit})`} over epochs `, ...(known.length > 1 ? parts : [])),
    picture(width, height, says.join("; "), ...upright(y, left, width - 10), ...across(x, bottom, bottom), ...lines),
  );
}
