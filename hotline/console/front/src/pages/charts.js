// Charts of the reports: a point and its interval for each figure, weeks between their limits. Each has a table beside
// it that says the same in words, so a chart is one picture for who sees it and nothing to step through.
import { CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([CustomChart, LineChart, ScatterChart, GridComponent, TooltipComponent, CanvasRenderer]);

const INK = "#20302a";
const RED = "#a3131f";
const GREEN = "#1c6650";
const text = { color: INK, fontSize: 16, fontFamily: getComputedStyle(document.documentElement).fontFamily };
const axisLabel = { ...text, hideOverlap: true };

function said(point) {
  return `${point.name}\n${point.share}%（${point.low}%～${point.high}%，n=${point.n}）`;
}

// The policy allows no style in markup: tooltips are drawn into the picture.
function tooltip(points) {
  return { trigger: "item", renderMode: "richText", confine: true, formatter: (at) => said(points[at.dataIndex]) };
}

function interval(points, across) {
  return {
    type: "custom",
    silent: true,
    z: 1,
    data: points.map((point, place) => (across ? [point.low, point.high, place] : [place, point.low, point.high])),
    encode: across ? { x: [0, 1], y: 2 } : { x: 0, y: [1, 2] },
    renderItem: (_, api) => {
      const from = api.coord(across ? [api.value(0), api.value(2)] : [api.value(0), api.value(1)]);
      const to = api.coord(across ? [api.value(1), api.value(2)] : [api.value(0), api.value(2)]);
      return {
        type: "line",
        shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
        style: { stroke: across ? GREEN : "#7c8a83", lineWidth: across ? 4 : 2, lineCap: "round" },
      };
    },
  };
}

function floorOf(points, key) {
  return Math.max(0, Math.floor(Math.min(50, ...points.map((point) => point[key] - 3)) / 10) * 10);
}

function shares(told, axis) {
  const ordered = told.bars.slice().reverse(); // the axis counts from below, the table from above
  return {
    tooltip: tooltip(ordered),
    grid: { left: 8, right: 24, top: 8, bottom: 36, containLabel: true },
    xAxis: { type: "value", min: floorOf(ordered, "low"), max: 100, name: axis, nameLocation: "middle", nameGap: 26, nameTextStyle: text, axisLabel },
    yAxis: { type: "category", data: ordered.map((bar) => bar.name), axisLabel: { ...text, width: 160, overflow: "truncate" }, axisTick: { show: false } },
    series: [
      interval(ordered, true),
      { type: "scatter", z: 2, symbolSize: 13, itemStyle: { color: RED, borderColor: "#fff", borderWidth: 2 }, data: ordered.map((bar, place) => [bar.share, place]) },
    ],
  };
}

function trend(told, axis) {
  const weeks = told.weeks;
  const band = { type: "line", stack: "band", step: "middle", symbol: "none", lineStyle: { opacity: 0 }, silent: true };
  return {
    tooltip: tooltip(weeks),
    grid: { left: 8, right: 16, top: 28, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: weeks.map((week) => week.name.replace(/ *[（(].*/, "")), axisLabel },
    yAxis: { type: "value", min: Math.min(floorOf(weeks, "low"), floorOf(weeks, "lower")), max: 100, name: axis, nameTextStyle: text, axisLabel },
    series: [
      { ...band, data: weeks.map((week) => week.lower) },
      { ...band, data: weeks.map((week) => week.upper - week.lower), areaStyle: { color: "#c9d4ce", opacity: 0.6 } },
      interval(weeks, false),
      {
        type: "line", z: 3, symbol: "circle", symbolSize: 11, lineStyle: { color: GREEN, width: 2 },
        data: weeks.map((week) => ({ value: week.share, itemStyle: { color: week.signal ? RED : GREEN } })),
      },
    ],
  };
}

const KINDS = { shares, trend };

document.addEventListener("DOMContentLoaded", () => {
  for (const place of document.querySelectorAll("[data-chart]")) {
    const told = JSON.parse(document.getElementById(place.dataset.from).textContent);
    if (!Object.values(told)[0].length) { place.hidden = true; continue; }
    const chart = init(place, null, { renderer: "canvas" });
    // A chart that grows is half drawn when it is printed.
    chart.setOption({ animation: false, ...KINDS[place.dataset.chart](told, place.dataset.axis) });
    new ResizeObserver(() => chart.resize()).observe(place);
  }
});
