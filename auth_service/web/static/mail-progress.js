// Keeps the waiting page up to date: asks for the page itself, and takes over what it says of the mail.
// Without it the link to the page does the same. Screen readers say what changes, because it has role=status.

const FIRST_PAUSE_MS = 3_000;
const LONGEST_PAUSE_MS = 30_000;
const GROWTH = 1.5;
const LOOKED_AT_FOR_MS = 15 * 60_000;
const PATIENCE_MS = 10_000;

const progress = document.querySelector("[data-mail-progress]");

let pause;
let stopAt;
let timer;
let asking = false;

async function ask() {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch(location.pathname, { redirect: "manual", cache: "no-store", signal });
  if (answer.type === "opaqueredirect") {
    // There is nothing to wait for any more: let the server say where to go.
    location.reload();
    return;
  }
  if (answer.ok) {
    takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
  }
}

function takeOver(page) {
  const fresh = page.querySelector("[data-mail-progress]");
  if (!fresh) {
    location.reload();
    return;
  }
  progress.dataset.mailProgress = fresh.dataset.mailProgress;
  // Only where it reads differently: a screen reader would say the same words again.
  if (fresh.textContent !== progress.textContent) {
    progress.replaceChildren(...fresh.childNodes);
  }
}

async function askAndGoOn() {
  if (asking) {
    return;
  }
  asking = true;
  try {
    await ask();
  } catch {
    // The network is away; the next time may be better.
  } finally {
    asking = false;
  }
  goOn();
}

function goOn() {
  clearTimeout(timer);
  const waits = progress.dataset.mailProgress !== "settled" && !document.hidden && performance.now() < stopAt;
  if (waits) {
    timer = setTimeout(askAndGoOn, pause);
    pause = Math.min(pause * GROWTH, LONGEST_PAUSE_MS);
  }
}

function startAnew() {
  clearTimeout(timer);
  pause = FIRST_PAUSE_MS;
  stopAt = performance.now() + LOOKED_AT_FOR_MS;
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden) {
    // Back from reading the mail, or from asking for a further one.
    startAnew();
    askAndGoOn();
  }
});
// The back button may bring the page back as it was left.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    startAnew();
    askAndGoOn();
  }
});

startAnew();
// Once in any case: a mail that was asked for a moment ago is not in the list yet.
timer = setTimeout(askAndGoOn, pause);
