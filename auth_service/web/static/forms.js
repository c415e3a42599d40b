// Comfort for forms that work without it. The words are in the templates.

const PENDING_MS = 10_000;

function offerToShow(input) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--small";
  button.setAttribute("aria-controls", input.id);

  const show = (visible) => {
    input.type = visible ? "text" : "password";
    button.textContent = visible ? input.dataset.hideLabel : input.dataset.showLabel;
  };
  show(false);
  button.addEventListener("click", () => show(input.type === "password"));
  // A browser may remember what is sent from a text field.
  input.form?.addEventListener("submit", () => show(false));
  input.after(button);
}

function fold(button) {
  const text = document.getElementById(button.getAttribute("aria-controls"));

  const open = (visible) => {
    text.hidden = !visible;
    button.setAttribute("aria-expanded", String(visible));
  };
  open(false);
  button.hidden = false;
  button.addEventListener("click", () => open(text.hidden));
  button.closest(".field").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !text.hidden) {
      open(false);
      button.focus();
    }
  });
}

function submitOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("data-pending")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-pending", "");
    // The visitor may have stopped the loading, which no event tells.
    setTimeout(() => form.removeAttribute("data-pending"), PENDING_MS);
  });
  // The back button may bring the page back as it was left.
  window.addEventListener("pageshow", () => form.removeAttribute("data-pending"));
}

// A mailed link may lead here first. What stands behind its # goes on with the form, through the redirect after it.
function takeFragmentAlong(form) {
  if (location.hash.startsWith("#code=")) {
    form.action += location.hash;
  }
}

// Back, or a reload, would ask whether to send the refused form once more; now it leads to the form itself.
function forgetThePost() {
  const page = document.body.dataset.formPage;
  if (page) {
    history.replaceState(history.state, "", page + location.hash);
  }
}

forgetThePost();
document.querySelectorAll("form[data-takes-fragment]").forEach(takeFragmentAlong);
document.querySelectorAll("input[data-show-label]").forEach(offerToShow);
document.querySelectorAll("[data-info-button]").forEach(fold);
document.querySelectorAll("form").forEach(submitOnce);
document.querySelector("[data-focus-on-load]")?.focus();
