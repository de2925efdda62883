// Fetches the figures behind the page, draws them, and renews them while somebody is looking.
(() => {
  "use strict";
  const EVERY = 5000;
  const live = document.getElementById("live");
  const stale = document.getElementById("stale");
  let latest = null;
  const full = new Intl.NumberFormat();
  const percent = (v) => (v == null ? "–" : `${Math.round(100 * v)} %`);
  const duration = (s) => (s < 90 ? `${Math.round(s)} s` : s < 5400 ? `${Math.round(s / 60)} min` : `${(s / 3600).toFixed(1)} h`);
  const VALUES = {
    waiting: (f) => full.format(f.backlog.interactive.waiting + f.backlog.crawl.waiting),
    oldest: (f) => duration(Math.max(f.backlog.interactive.oldest_seconds, f.backlog.crawl.oldest_seconds)),
    clean: (f) => full.format(f.states.clean),
    pages: (f) => full.format(f.pages),
    rejected: (f) => full.format(f.states.rejected),
    dead: (f) => full.format(f.states.dead),
    kept: (f) => percent(f.words_in ? f.words_kept / f.words_in : null),
    words: (f) => full.format(f.words_kept),
    confidence: (f) => percent(f.confidence.median),
  };
  function show(figures) {
    latest = figures;
    window.dehuskCharts.draw(figures);
    for (const place of live.querySelectorAll("[data-value]")) {
      const text = VALUES[place.dataset.value](figures);
      if (place.textContent !== text) place.textContent = text;
    }
  }
  async function renew() {
    if (document.hidden) return;
    try {
      const answer = await fetch(live.dataset.src, { credentials: "same-origin" });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.json());
      if (stale) stale.hidden = true;
      document.documentElement.dataset.drawn = "yes";
    } catch {
      if (stale) stale.hidden = false;
    }
  }
  const again = () => latest && window.dehuskCharts.draw(latest);
  document.addEventListener("theme", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  addEventListener("resize", () => requestAnimationFrame(again));
  document.addEventListener("visibilitychange", renew);
  renew();
  setInterval(renew, EVERY);
})();
