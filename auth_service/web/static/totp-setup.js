// The QR code changes with every time step; whoever wants to look at it longer stops it. The words are in the page.

const SECOND_MS = 1_000;
const TRY_AGAIN_SECONDS = 5;
// Whoever looks for his app in another tab comes back to a code that still works: each does so for ten minutes.
const HIDDEN_SECONDS = 240;

const offering = document.querySelector("[data-offering]");
const offer = offering.querySelector("[data-offer]");
const copyButton = offering.querySelector("[data-copy]");
const link = offering.querySelector("[data-link]");
const controls = offering.querySelector("[data-controls]");
const countdown = offering.querySelector("[data-countdown-text]");
const stopButton = offering.querySelector("[data-stop]");
const status = offering.querySelector("[data-status]");
const words = offering.dataset;

let endsAt = 0;
let isStopped = false;
let isFetching = false;
let isOver = false;

const secondsLeft = () => Math.ceil((endsAt - performance.now()) / SECOND_MS);

function say(text) {
  status.textContent = text;
}

// What else was said, such as that the key was copied, still holds.
function sayNoLonger(text) {
  if (status.textContent === text) {
    say("");
  }
}

function countFrom(seconds) {
  endsAt = performance.now() + seconds * SECOND_MS;
}

// Held, it is good for as long as the page is open: whoever stopped, copied or opened it is still typing.
async function hold() {
  const body = new URLSearchParams({ csrf: words.csrf, stap: offer.dataset.offer });
  const answer = await fetch(words.holdUrl, { method: "POST", body, redirect: "error" });
  return answer.ok;
}

async function copy() {
  const held = hold();
  try {
    await navigator.clipboard.writeText(offer.querySelector("[data-key]").textContent.replaceAll(" ", ""));
    say((await held) ? words.copied : words.over);
  } catch {
    say(words.notCopied);
  }
}

// Piece by piece: the buttons stay where they are, and so does the focus on them.
function put(page) {
  const fresh = new DOMParser().parseFromString(page, "text/html");
  for (const part of ["[data-qr]", "[data-key]"]) {
    offer.querySelector(part).replaceChildren(...fresh.querySelector(part).childNodes);
  }
  link.href = fresh.querySelector("[data-link]").href;
  Object.assign(offer.dataset, fresh.querySelector("[data-offer]").dataset);
}

function end() {
  isOver = true;
  controls.hidden = true;
  say(words.over);
}

async function change() {
  isFetching = true;
  try {
    const answer = await fetch(words.url, { redirect: "manual" });
    // The session ended, waits for the password once more, or has its second factor by now.
    if (answer.type === "opaqueredirect" || answer.status === 404) {
      end();
      return;
    }
    if (!answer.ok) {
      throw new Error(String(answer.status));
    }
    const page = await answer.text();
    // Stopped while it was on its way: what is looked at must stay.
    if (!isStopped) {
      put(page);
      countFrom(Number(offer.dataset.secondsLeft));
      sayNoLonger(words.failed);
    }
  } catch {
    say(words.failed);
    countFrom(TRY_AGAIN_SECONDS);
  } finally {
    isFetching = false;
  }
}

function tick() {
  const left = secondsLeft();
  if (isOver || isStopped || isFetching || (document.hidden && left > -HIDDEN_SECONDS)) {
    return;
  }
  if (left <= 0) {
    change();
    return;
  }
  countdown.textContent = left === 1 ? words.countdownOne : words.countdown.replace("{n}", String(left));
}

async function toggle() {
  isStopped = !isStopped;
  stopButton.textContent = isStopped ? words.goLabel : words.stopLabel;
  countdown.hidden = isStopped;
  if (!isStopped) {
    say("");
    return;
  }
  try {
    say((await hold()) ? words.stopped : words.failed);
  } catch {
    say(words.failed);
  }
}

stopButton.textContent = words.stopLabel;
stopButton.addEventListener("click", toggle);
copyButton.addEventListener("click", copy);
link.addEventListener("click", () => hold().catch(() => {}));
document.querySelector("[data-advice-still]").hidden = true;
document.querySelector("[data-advice-moving]").hidden = false;
controls.hidden = false;
copyButton.hidden = false;
countFrom(Number(offer.dataset.secondsLeft));
tick();
setInterval(tick, SECOND_MS);
