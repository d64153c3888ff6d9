/* Copy, show, close: what a page cannot do without script. Everything else works without it. */
"use strict";

async function secretOf(form) {
  const response = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "text/plain" },
  });
  return response.ok ? response.text() : null;
}

async function textFor(button) {
  const form = button.closest("form[data-secret]");
  if (form) return secretOf(form);
  return button.closest(".copyable").querySelector("output").textContent.trim();
}

async function copy(button) {
  const text = await textFor(button);
  if (text === null) return;
  await navigator.clipboard.writeText(text);
  const words = button.querySelector("span");
  const before = words.textContent;
  words.textContent = button.dataset.done;
  document.getElementById("said").textContent = button.dataset.done;
  setTimeout(() => { words.textContent = before; }, 2000);
}

async function reveal(button) {
  const box = button.closest(".copyable");
  const output = box.querySelector("output");
  if (box.classList.toggle("revealed")) {
    output.dataset.masked = output.textContent;
    output.textContent = await secretOf(button.closest("form"));
  } else {
    output.textContent = output.dataset.masked;
  }
  button.querySelector("span").textContent =
    box.classList.contains("revealed") ? button.dataset.hide : button.dataset.show;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-reveal]");
  if (!button) {
    for (const open of document.querySelectorAll("details.profile[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
    return;
  }
  event.preventDefault();
  if ("copy" in button.dataset) copy(button);
  else reveal(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const open of document.querySelectorAll("details.profile[open]")) open.open = false;
  }
});

/* The mode is read from the key as it is typed. */
function showMode(input) {
  const found = /^rzp_(test|live)_/.exec(input.value.trim());
  for (const badge of document.getElementById(input.dataset.modeOf).children) {
    badge.hidden = !found || badge.dataset.mode !== found[1];
  }
}

document.addEventListener("input", (event) => {
  if (event.target.dataset.modeOf) showMode(event.target);
});
document.querySelectorAll("[data-mode-of]").forEach(showMode);
