// Something is at work: asks how far it is, and shows the page anew when it is done.
(() => {
  "use strict";
  const waits = document.getElementById("waits");
  if (!waits) return;
  const bar = waits.querySelector("progress");
  const settled = (found) => {
    if (!waits.dataset.revision) return found.waiting === 0;
    const mine = found.revisions.find((one) => one.id === waits.dataset.revision);
    return !mine || !["received", "cleaning"].includes(mine.state);
  };
  const ask = async () => {
    try {
      const answer = await fetch(waits.dataset.poll, { credentials: "same-origin" });
      if (answer.ok) {
        const found = await answer.json();
        if (settled(found)) return location.reload();
        if (bar && found.of) {
          bar.max = found.of;
          bar.value = found.done;
        }
      }
    } catch {
      // asked again
    }
    setTimeout(ask, 1500);
  };
  setTimeout(ask, 700);
})();
