// Axes and marks of a plot. A group is told by its colour, its line and its mark, never by the colour alone.
const DASHES = ["", "7 3", "2 3", "10 3 2 3"];
const MARKS = [
  (x, y) => draw("circle", { cx: x, cy: y, r: 4 }),
  (x, y) => draw("rect", { x: x - 3.6, y: y - 3.6, width: 7.2, height: 7.2 }),
  (x, y) => draw("path", { d: `M${x} ${y - 5}L${x + 4.6} ${y + 3.6}H${x - 4.6}Z` }),
  (x, y) => draw("path", { d: `M${x} ${y - 5}L${x + 4.4} ${y}L${x} ${y + 5}L${x - 4.4} ${y}Z` }),
  (x, y) => draw("path", { d: `M${x} ${y + 5}L${x + 4.6} ${y - 3.6}H${x - 4.6}Z` }),
  (x, y) => draw("path", { d: `M${x - 1.6} ${y - 5}h3.2v3.4h3.4v3.2h-3.4v3.4h-3.2v-3.4h-3.4v-3.2h3.4Z` }),
];

const look = (place) => ({
  colour: `var(--arm-${place % 6})`,
  dash: DASHES[(place + Math.floor(place / 6)) % DASHES.length],
  mark: MARKS[(place + Math.floor(place / 6)) % MARKS.length],
});

function key(place) {
  const { colour, dash, mark } = look(place);
  const line = draw("path", { d: "M0 8H28", fill: "none", "stroke-width": 2, "stroke-dasharray": dash });
  return draw("svg", { class: "sample", viewBox: "0 0 28 16", width: 28, height: 16, "aria-hidden": "true", fill: colour, stroke: colour }, line, mark(14, 8));
}

// Exact enough to tell 99.99 from 100.
function number(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return `${+(value / 1e6).toPrecision(3)}M`;
  if (size >= 1e4 || (size > 0 && size < 1e-4)) return size >= 1e4 ? Math.round(value).toLocaleString("en") : value.toExponential(1);
  const short = +value.toPrecision(4);
  return String(Number.isInteger(short) ? +value.toPrecision(6) : short); // what is nearly a whole number is not one
}

const measured = (value, measure) => `${number(value * measure.scale)}${measure.unit && ` ${measure.unit}`}`;

function ticks(low, high, most) {
  const rough = (high - low) / most || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough * 0.999);
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at += 1) found.push(+(at * step).toPrecision(12));
  return found;
}

// A scale from values to places; logarithmic where values span decades and none is negative: nothing lies below its floor.
function scale(values, from, to, { log = false, floor = 0, most = 6, least } = {}) {
  let low = least ?? Math.min(...values);
  let high = Math.max(...values);
  const bottom = Math.max(low, floor || Math.min(...values.filter((value) => value > 0)));
  const logarithmic = log && low >= 0 && bottom * 20 < high;
  if (logarithmic) {
    low = bottom;
    const place = (value) => from + ((Math.log10(Math.max(value, low)) - Math.log10(low)) / (Math.log10(high) - Math.log10(low))) * (to - from);
    const powers = [];
    for (let power = Math.ceil(Math.log10(low) - 1e-9); 10 ** power <= high * 1.0001; power += 1) powers.push(10 ** power);
    const each = Math.ceil(powers.length / most);
    return { place, ticks: powers.length > 1 ? powers.filter((_, at) => at % each === 0) : [low, high], logarithmic };
  }
  if (low === high) [low, high] = low >= 0 ? [0, 2 * high || 1] : [low - 1, high + 1];
  const place = (value) => from + ((value - low) / (high - low)) * (to - from);
  return { place, ticks: ticks(low, high, most), logarithmic };
}

const label = (x, y, anchor, text, attributes = {}) => draw("text", { x, y, "text-anchor": anchor, ...attributes }, text);

function across(axis, top, bottom, written = number) {
  return axis.ticks.flatMap((tick) => [
    draw("path", { class: "grid", d: `M${axis.place(tick)} ${top}V${bottom}` }),
    label(axis.place(tick), bottom + 15, "middle", written(tick)),
  ]);
}

function upright(axis, left, right, written = number) {
  return axis.ticks.flatMap((tick) => [
    draw("path", { class: "grid", d: `M${left} ${axis.place(tick)}H${right}` }),
    label(left - 6, axis.place(tick) + 4, "end", written(tick)),
  ]);
}

function picture(width, height, says, ...children) {
  const box = { class: "plot", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": says };
  return draw("svg", { ...box, style: `--width: ${width}px` }, ...children);
}

// A line through [x, y] pairs; drawn as steps of straight pieces between what was measured.
function path(points) {
  return points.map(([x, y], at) => `${at ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}
