// Fills in the code from the mailed link (`#code=…`). It never submits: only the visitor's press does.

// A live region that is filled while the page loads isn't read out.
const ANNOUNCE_AFTER_MS = 300;

const field = document.querySelector("[data-code-prefill]");
const note = document.querySelector("[data-code-note]");
const status = document.querySelector("[data-code-status]");

function prefill() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (!code) {
    return;
  }
  field.value = code.trim();
  // The code must not stay in the address bar, nor in the history.
  history.replaceState(history.state, "", location.pathname + location.search);
  // Shown at once: a line that comes later would push the button away from under a press.
  note.textContent = field.dataset.codePrefill;
  setTimeout(() => {
    status.textContent = field.dataset.codePrefill;
  }, ANNOUNCE_AFTER_MS);
}

prefill();
// A second link in the same tab loads nothing.
window.addEventListener("hashchange", prefill);
