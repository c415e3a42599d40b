// Warns before a session ends, and says when it has ended; the page stays, with what was typed.
// The server says how many seconds are left: clocks differ, and another tab may have used the session.

const WARN_SECONDS = 120;
const LATE_SECONDS = 60;
const LOOK_AGAIN_MS = 10_000;
const PATIENCE_MS = 10_000;

const dialog = document.querySelector("[data-session-end]");
const failure = document.querySelector("[data-session-failure]");
const over = document.querySelector("[data-session-over]");
const parts = [...dialog.querySelectorAll("[data-when]")];
const early = new Map(parts.map((part) => [part, part.textContent]));

let shown = null;
let timer;
let newest = 0;

async function ask(options = {}) {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch(dialog.dataset.sessionEnd, { cache: "no-store", signal, ...options });
  if (!answer.ok) {
    throw new Error(answer.statusText);
  }
  return answer.json();
}

// Returns whether the server could be asked.
async function look(options) {
  clearTimeout(timer);
  newest += 1;
  const turn = newest;
  let left;
  try {
    left = await ask(options);
  } catch {
    // The network is away; the next time may be better.
  }
  if (turn !== newest) {
    return true;
  }
  if (left) {
    show(stateOf(left), left.seconden);
  }
  if (shown !== "ended") {
    const untilWarning = left ? (left.seconden - WARN_SECONDS) * 1_000 : 0;
    timer = setTimeout(look, Math.max(untilWarning, LOOK_AGAIN_MS));
  }
  return Boolean(left);
}

function stateOf({ seconden, verlengbaar }) {
  if (seconden > WARN_SECONDS) {
    return null;
  }
  if (seconden === 0) {
    return "ended";
  }
  return verlengbaar ? "idle" : "longest";
}

function show(state, seconds) {
  if (state !== shown) {
    change(state);
  }
  const heading = headingFor(state);
  if (heading?.dataset.late) {
    heading.textContent = seconds < LATE_SECONDS ? heading.dataset.late : early.get(heading);
  }
}

function change(state) {
  shown = state;
  failure.textContent = "";
  over.hidden = true;
  if (!state) {
    dialog.close();
    return;
  }
  parts.forEach((part) => {
    part.hidden = !isFor(part, state);
  });
  open();
}

function open() {
  const heading = headingFor(shown);
  dialog.setAttribute("aria-labelledby", heading.id);
  if (!dialog.open) {
    dialog.showModal();
  }
  // Not a button: whoever is typing must not press it unawares.
  heading.focus();
}

function headingFor(state) {
  return parts.find((part) => part.matches("h2") && isFor(part, state));
}

function isFor(part, state) {
  return part.dataset.when.split(" ").includes(state);
}

async function stay() {
  failure.textContent = "";
  const body = new URLSearchParams({ csrf: dialog.querySelector("[name=csrf]").value });
  if (!(await look({ method: "POST", body }))) {
    open();
    failure.textContent = failure.dataset.words;
  }
}

dialog.querySelector("[data-session-stay]").addEventListener("click", stay);
dialog.querySelector("[data-session-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => {
  if (shown === "idle") {
    // Escape: somebody is there.
    stay();
  } else if (shown === "ended") {
    document.querySelector("main").prepend(over);
    over.hidden = false;
  }
});
document.querySelectorAll("[data-session-login]").forEach((link) => {
  link.search = new URLSearchParams({ terug: location.pathname + location.search });
});
// The timer of a page that nobody sees may be late.
document.addEventListener("visibilitychange", () => document.hidden || look());
window.addEventListener("focus", () => look());
window.addEventListener("pageshow", (event) => event.persisted && look());

look();
