/* Inside the frame: tells the page that opened it what happened, and nobody else. */
"use strict";

(() => {
  const main = document.querySelector("main");
  const opener = main.dataset.parent;
  const tell = (message) => {
    if (window.parent !== window) window.parent.postMessage(message, opener);
  };
  const measure = () => tell({ event: "size", height: main.scrollHeight });

  if (main.dataset.color) main.style.setProperty("--shop", main.dataset.color);
  measure();
  new ResizeObserver(measure).observe(main);
  if (main.dataset.message) tell(JSON.parse(main.dataset.message));

  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => tell({ event: "dismiss" }));
    button.hidden = false;
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tell({ event: "escape" });
  });
  for (const form of document.forms) {
    form.addEventListener("submit", () => {
      // A moment later, so that the pressed button is still sent.
      setTimeout(() => {
        for (const button of form.elements) if (button.type === "submit") button.disabled = true;
        main.setAttribute("aria-busy", "true");
      });
    });
  }
})();
