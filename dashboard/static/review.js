// Reviewing by single keys, and splitting a span. Without this script the buttons work, all but Split.
(() => {
  "use strict";
  const KEY = "dehusk-review-keys";
  const at = (id) => document.getElementById(id);
  const form = at("verdict");
  const keys = at("keys");
  if (!form) return;
  try {
    keys.checked = localStorage.getItem(KEY) !== "off";
  } catch {
    // storage may be switched off
  }
  keys.addEventListener("change", () => {
    try {
      localStorage.setItem(KEY, keys.checked ? "on" : "off");
    } catch {
      // it holds for this page then
    }
  });

  const reason = at("reason");
  const named = () => !reason || reason.value !== "";
  const say = (text) => {
    let note = at("needed");
    if (!note) {
      note = document.createElement("p");
      note.id = "needed";
      note.className = "problem";
      note.setAttribute("role", "alert");
      form.prepend(note);
    }
    note.textContent = text;
  };
  let wanted = null; // the button that waits for a reason
  const press = (button) => {
    if (button.value !== "keep" && button.value !== "unsure" && !named()) {
      wanted = button;
      say("Choose the reason (type its first letters), then press Enter.");
      reason.focus();
      return;
    }
    form.requestSubmit(button);
  };
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && (button.value === "drop" || button.value === "split") && !named()) {
      event.preventDefault();
      press(button);
    }
  });
  if (reason) {
    reason.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      if (named()) press(wanted || at("drop"));
    });
  }

  const text = document.querySelector(".context");
  text.scrollTop = Math.max(0, at("span").offsetTop - 96);

  const parts = [...at("span").querySelectorAll("[data-at]")];
  const panel = at("splitting");
  const cut = at("cut");
  const order = at("order");
  const opener = at("split");
  const show = () => {
    const open = !panel.hidden;
    const first = order.value === "keep_drop" ? "stays" : "goes";
    const second = first === "stays" ? "goes" : "stays";
    parts.forEach((part, i) => {
      part.className = open ? (i < Number(cut.value) ? first : second) : "";
    });
    if (!open) return;
    const part = parts[Number(cut.value)];
    at("split_at").value = part.dataset.at;
    cut.setAttribute("aria-valuetext", `before “${part.textContent.trim()}”`);
  };
  const splitting = (open) => {
    panel.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    show();
    (open ? cut : opener).focus();
  };
  if (parts.length > 1) {
    opener.hidden = false;
    opener.addEventListener("click", () => splitting(panel.hidden));
    at("split_end").addEventListener("click", () => splitting(false));
    cut.addEventListener("input", show);
    order.addEventListener("change", show);
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") splitting(false);
      if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
        event.preventDefault();
        press(at("split_send"));
      }
    });
  }

  const BUTTONS = { k: "keep", d: "drop", u: "unsure" };
  const LINKS = { n: "next", b: "back", o: "open" };
  document.addEventListener("keydown", (event) => {
    if (!keys.checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("select, textarea, input:not([type=checkbox], [type=range])")) return;
    const key = event.key.toLowerCase();
    const target = at(BUTTONS[key] || LINKS[key] || (key === "s" ? "split" : ""));
    if (!target || target.hidden) return;
    event.preventDefault();
    if (BUTTONS[key]) press(target);
    else target.click();
  });
})();
