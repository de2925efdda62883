// Times in the reader's zone.
(() => {
  "use strict";
  const form = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  for (const time of document.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = time.textContent;
    time.textContent = form.format(at);
  }
  for (const option of document.querySelectorAll("option[data-time]")) {
    const at = new Date(option.dataset.time);
    if (!Number.isNaN(at.getTime())) option.textContent = option.textContent.replace(/^[^,]*/, form.format(at).replaceAll(",", ""));
  }
})();
