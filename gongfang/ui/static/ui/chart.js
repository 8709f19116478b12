// Draws the charts of a page. Their numbers stand in a table beside them, so that nothing is lost without this file.
const root = getComputedStyle(document.documentElement);
const colour = (name) => root.getPropertyValue(`--${name}`).trim();
const size = Math.round(parseFloat(root.fontSize) * 0.889);
const text = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size, color: colour("ink") };
const lines = { lineStyle: { color: colour("line") } };

// What stands in a tip is text, never markup: the page's rules allow no style that a script writes as text.
const tip = (formatter) => ({
  trigger: "item", renderMode: "richText", confine: true, formatter,
  backgroundColor: colour("paper"), borderColor: colour("edge"), textStyle: text,
});

function gantt({ days, rows }, narrow) {
  const bars = rows.map((row) => ({
    value: row.to - row.from,
    itemStyle: { color: colour(row.act ? "act" : "indigo"), decal: row.act ? { symbol: "rect", dashArrayX: [4, 4], dashArrayY: [2, 4], rotation: -0.8, color: colour("act-pale") } : undefined },
  }));
  return {
    height: rows.length * size * 2.4 + size * 4,
    grid: { left: 8, right: 16, top: 8, bottom: 8, containLabel: true },
    tooltip: tip(({ dataIndex }) => rows[dataIndex].tip),
    xAxis: {
      type: "value", min: 0, max: days.length - 1, interval: Math.max(1, Math.ceil(days.length / (narrow ? 4 : 8))),
      axisLabel: { ...text, formatter: (day) => days[day] ?? "", hideOverlap: true }, splitLine: lines,
    },
    yAxis: {
      type: "category", inverse: true, data: rows.map((row) => row.name), axisTick: { show: false }, axisLine: lines,
      axisLabel: { ...text, width: narrow ? size * 6 : size * 16, overflow: "truncate" },
    },
    series: [
      { type: "bar", stack: "days", silent: true, itemStyle: { color: "transparent" }, data: rows.map((row) => row.from) },
      { type: "bar", stack: "days", barWidth: size, data: bars },
    ],
  };
}

function bars({ names, counts, unit }) {
  return {
    height: names.length * size * 2.4 + size * 3,
    grid: { left: 8, right: 48, top: 8, bottom: 8, containLabel: true },
    tooltip: tip(({ name, value }) => `${name}: ${value} ${unit}`),
    xAxis: { type: "value", minInterval: 1, axisLabel: text, splitLine: lines },
    yAxis: { type: "category", inverse: true, data: names, axisTick: { show: false }, axisLine: lines, axisLabel: text },
    series: [{
      type: "bar", barWidth: size, data: counts, itemStyle: { color: colour("indigo") },
      label: { show: true, position: "right", ...text },
    }],
  };
}

const KINDS = { gantt, bars };

async function draw(figure) {
  const told = JSON.parse(figure.dataset.chart);
  const { init } = await import(figure.dataset.library);
  figure.hidden = false; // before its width is asked for
  const canvas = figure.querySelector("[data-canvas]");
  const { height, ...option } = KINDS[told.kind](told, figure.clientWidth < 640);
  canvas.style.height = `${height}px`;
  const chart = init(canvas, null, { renderer: "canvas" });
  chart.setOption({ animation: false, aria: { enabled: true, label: { description: figure.dataset.description } }, ...option });
  new ResizeObserver(() => chart.resize()).observe(canvas);
}

for (const figure of document.querySelectorAll("[data-chart]")) {
  const fold = figure.closest("details:not([open])"); // what is folded away has no width yet
  if (fold) fold.addEventListener("toggle", () => draw(figure), { once: true });
  else await draw(figure);
}
