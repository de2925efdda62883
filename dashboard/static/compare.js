// Shows of each choice what it needs, and hides the rest. Without this script all fields are there.
(() => {
  "use strict";
  const form = document.getElementById("ways");
  if (!form) return;
  const show = () => {
    for (const field of form.querySelectorAll("[data-of]")) {
      const [name, value] = field.dataset.of.split(":");
      field.hidden = form.elements[name].value !== value;
    }
  };
  form.addEventListener("change", show);
  show();
})();
