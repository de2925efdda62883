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
  const original = document.getElementById("original");
  if (original) {
    original.addEventListener("toggle", () => {
      const frame = original.querySelector("iframe");
      if (original.open && !frame.src) frame.src = frame.dataset.src;
    });
  }
})();
