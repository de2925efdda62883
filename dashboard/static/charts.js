// Charts from the figures' JSON, drawn by uPlot. `dehuskCharts.draw(figures)` draws all on the page, again and again.
window.dehuskCharts = (() => {
  "use strict";
  const HUES = { content: 150, clean: 150, rejected: 40, dead: 0, challenge: 20, consent_wall: 60, login_wall: 280, paywall_preview: 310, soft_404: 200, script_shell: 240, empty: 90, other: 220 };
  const drawn = new Map(); // element -> {plot, shape}
  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const probe = document.createElement("span");
  const hueOfReason = (name) => {
    probe.className = `reason-${name.toLowerCase().replace(/[^a-z0-9_]/g, "_")}`;
    document.body.append(probe);
    const hue = getComputedStyle(probe).getPropertyValue("--hue").trim();
    probe.remove();
    return hue || "220";
  };
  const colour = (hue) => (dark() ? `hsl(${hue} 55% 60%)` : `hsl(${hue} 60% 42%)`);
  const ink = () => (dark() ? "#c9c6be" : "#4a463f");
  const grid = () => (dark() ? "#ffffff14" : "#00000012");
  const axis = (more) => ({ stroke: ink(), grid: { stroke: grid() }, ticks: { stroke: grid() }, ...more });
  const short = new Intl.NumberFormat(undefined, { notation: "compact" });
  const full = new Intl.NumberFormat();
  const numbers = (u, values) => values.map((v) => short.format(v));
  const percents = (u, values) => values.map((v) => `${Math.round(100 * v)} %`);

  const bars = uPlot.paths.bars({ size: [0.8, 60], gap: 1 });

  // Half a step of room at both ends, for bars are as wide as a step.
  const roomy = (times) => () => {
    const step = times.length > 1 ? times[1] - times[0] : 86400;
    return [times[0] - step / 2, times[times.length - 1] + step / 2];
  };

  function stacked(times, series, hueOf) {
    // Each series is drawn from the bottom to its upper edge; the largest sums come first and so lie behind.
    const edges = [];
    let below = times.map(() => 0);
    for (const one of series) {
      below = below.map((v, i) => v + one.values[i]);
      edges.push(below);
    }
    const order = series.map((_, i) => i).reverse();
    return {
      data: [times, ...order.map((i) => edges[i])],
      series: [
        {},
        ...order.map((i) => ({
          label: series[i].name.replaceAll("_", " "),
          stroke: colour(hueOf(series[i].name)),
          fill: colour(hueOf(series[i].name)),
          width: 0,
          paths: bars,
          points: { show: false },
          value: (u, v, s, at) => (at == null ? "–" : full.format(series[i].values[at])),
        })),
      ],
      axes: [axis(), axis({ values: numbers, size: 56 })],
      scales: { x: { time: true, range: roomy(times) }, y: { range: (u, low, high) => [0, high > 0 ? high * 1.08 : 1] } },
    };
  }

  function histogram(bins, hue) {
    const at = bins.map((_, i) => (i + 0.5) / bins.length);
    return {
      data: [at, bins],
      series: [
        { label: "share", value: (u, v) => (v == null ? "–" : `${Math.round(100 * (v - 0.025))}–${Math.round(100 * (v + 0.025))} %`) },
        { label: "pages", stroke: colour(hue), fill: colour(hue), width: 0, paths: bars, points: { show: false }, value: (u, v) => (v == null ? "–" : full.format(v)) },
      ],
      axes: [axis({ values: percents }), axis({ values: numbers, size: 56 })],
      scales: { x: { time: false, range: [0, 1] }, y: { range: (u, low, high) => [0, high > 0 ? high * 1.08 : 1] } },
    };
  }

  function lines(times, named, unit) {
    return {
      data: [times, ...named.map((one) => one.values)],
      series: [
        {},
        ...named.map((one) => ({ label: one.name, stroke: colour(one.hue), width: 2, points: { size: 5 }, value: (u, v) => (v == null ? "–" : unit === "share" ? `${Math.round(100 * v)} %` : full.format(v)) })),
      ],
      axes: [axis(), axis({ values: unit === "share" ? percents : numbers, size: 56 })],
      scales: { x: { time: true, range: roomy(times) }, y: unit === "share" ? { range: [0, 1] } : { range: (u, low, high) => [0, high > 0 ? high * 1.08 : 1] } },
    };
  }

  // Dashed lines where something changed, with a word beside each.
  const marks = (list, element) => ({
    draw: [
      (u) => {
        const ratio = devicePixelRatio || 1;
        const { left, top, width, height } = u.bbox;
        u.ctx.save();
        u.ctx.strokeStyle = u.ctx.fillStyle = dark() ? "#ff9d92" : "#a3261d";
        u.ctx.lineWidth = ratio;
        u.ctx.font = `${11 * ratio}px system-ui, sans-serif`;
        u.ctx.textBaseline = "top";
        u.ctx.textAlign = "left";
        let busy = -Infinity;
        for (const one of list) {
          const x = Math.min(Math.round(u.valToPos(one.at, "x", true)), left + width); // the last bar ends in its middle
          if (x < left) continue;
          u.ctx.setLineDash([4 * ratio, 3 * ratio]);
          u.ctx.beginPath();
          u.ctx.moveTo(x, top);
          u.ctx.lineTo(x, top + height);
          u.ctx.stroke();
          const room = u.ctx.measureText(one.short).width + 6 * ratio;
          const right = x + room < left + width;
          const from = right ? x : x - room;
          if (from < busy) continue; // its line says enough; the list below has all
          u.ctx.fillText(one.short, from + 3 * ratio, top + 2 * ratio);
          busy = from + room;
        }
        u.ctx.restore();
        element.dataset.marks = String(list.length);
      },
    ],
  });
  const changes = (f) => f.markers.map((one) => ({ at: one.at, short: one.kind === "version" ? "version" : "rule" }));
  const breaks = (f) => f.breaks.map((one) => ({ at: one.at, short: one.after < one.before ? "fell" : "rose" }));
  const MARKS = { outcomes: changes, reasons: changes, host_pages: breaks, host_shares: breaks };

  // Scores lie close together near the top, so their scale begins a little below the lowest.
  function scores(f) {
    const named = [
      { name: "F1", values: f.scores.map((one) => one.f1), hue: 205 },
      { name: "precision", values: f.scores.map((one) => one.precision), hue: 150 },
      { name: "recall", values: f.scores.map((one) => one.recall), hue: 40 },
      { name: "floor", values: f.scores.map(() => f.floor), hue: 0 },
    ];
    const least = Math.min(...named.flatMap((one) => one.values));
    const chart = lines(f.times, named, "share");
    chart.scales.y.range = [Math.max(0, Math.floor(20 * least - 0.5) / 20), 1];
    chart.series[4].dash = [6, 4];
    chart.series[4].points = { show: false };
    return chart;
  }

  const KINDS = {
    golden: scores,
    outcomes: (f) => stacked(f.outcomes.times, f.outcomes.series, (name) => HUES[name.split(":")[0]] ?? 220),
    reasons: (f) => stacked(f.reasons.times, f.reasons.series, hueOfReason),
    confidence: (f) => histogram(f.confidence.bins, 205),
    kept_share: (f) => histogram(f.kept_share.bins, 150),
    host_pages: (f) => stacked(f.days.map((d) => d.day), [{ name: "pages", values: f.days.map((d) => d.pages) }], () => 205),
    host_shares: (f) =>
      lines(f.days.map((d) => d.day), [
        { name: "kept share", values: f.days.map((d) => d.kept_share), hue: 150 },
        { name: "confidence", values: f.days.map((d) => d.confidence), hue: 205 },
      ], "share"),
  };

  function draw(figures) {
    for (const element of document.querySelectorAll("[data-chart]")) {
      const { data, ...options } = KINDS[element.dataset.chart](figures);
      const marked = MARKS[element.dataset.chart]?.(figures) ?? [];
      if (marked.length) options.hooks = marks(marked, element);
      const shape = JSON.stringify([dark(), element.clientWidth, options.series.map((s) => s.label), marked]);
      const old = drawn.get(element);
      if (old && old.shape === shape) {
        old.plot.setData(data);
        continue;
      }
      if (old) old.plot.destroy();
      const height = element.classList.contains("small") ? 160 : 220;
      const size = { width: Math.max(200, element.clientWidth), height };
      const plot = new uPlot({ ...size, ...options, cursor: { y: false, drag: { x: false, y: false } }, legend: { live: true } }, data, element);
      drawn.set(element, { plot, shape });
    }
  }
  return { draw };
})();
