// The chosen theme, before anything is painted. "auto" follows the system.
(() => {
  "use strict";
  const KEY = "dehusk-theme";
  const NAMES = ["auto", "light", "dark"];
  const read = () => {
    try {
      const found = localStorage.getItem(KEY);
      return NAMES.includes(found) ? found : "auto";
    } catch {
      return "auto"; // storage may be switched off
    }
  };
  const apply = (name) => {
    if (name === "auto") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.dataset.theme = name;
  };
  apply(read());
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const label = button.querySelector("span");
    label.textContent = read();
    button.hidden = false;
    button.addEventListener("click", () => {
      const next = NAMES[(NAMES.indexOf(read()) + 1) % NAMES.length];
      try {
        localStorage.setItem(KEY, next);
      } catch {
        // it holds for this page then
      }
      apply(next);
      label.textContent = next;
      document.dispatchEvent(new CustomEvent("theme"));
    });
  });
})();
