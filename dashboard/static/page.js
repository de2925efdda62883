// One page: reasons shown and hidden, notes on what is under the pointer or in focus, copying, the original on demand.
(() => {
  "use strict";
  const source = document.getElementById("source");
  const note = document.getElementById("note");
  if (source) {
    for (const box of document.querySelectorAll("[data-toggle]")) {
      box.addEventListener("change", () => {
        for (const drop of source.querySelectorAll("del[data-reason]")) {
          if (drop.dataset.reason === box.dataset.toggle) drop.hidden = !box.checked;
        }
      });
    }
    const tell = (event) => {
      const about = event.target.closest("[data-note]");
      note.textContent = about ? about.dataset.note : "";
      note.classList.toggle("shown", Boolean(about));
    };
    source.addEventListener("pointerover", tell);
    source.addEventListener("focusin", tell);
    source.addEventListener("pointerleave", tell);
    source.addEventListener("focusout", tell);
  }
  const copy = document.getElementById("copy");
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById("clean").textContent);
      copy.textContent = "Copied";
    });
  }
  const waits = document.getElementById("waits");
  if (waits) {
    const settled = (found) => {
      if (!waits.dataset.revision) return found.waiting === 0;
      const mine = found.revisions.find((one) => one.id === waits.dataset.revision);
      return !mine || !["received", "cleaning"].includes(mine.state);
    };
    const ask = async () => {
      try {
        const answer = await fetch(waits.dataset.poll, { credentials: "same-origin" });
        if (answer.ok && settled(await answer.json())) return location.reload();
      } catch {
        // asked again
      }
      setTimeout(ask, 1500);
    };
    setTimeout(ask, 700);
  }
  const original = document.getElementById("original");
  if (original) {
    original.addEventListener("toggle", () => {
      const frame = original.querySelector("iframe");
      if (original.open && !frame.src) frame.src = frame.dataset.src;
    });
  }
})();
