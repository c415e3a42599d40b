// Asks for the list every two seconds, and replaces it only when it changed: focus and selection stay.
const mails = document.getElementById("mails");
let shown = null;

async function look() {
  try {
    const answer = await fetch("/lijst", { cache: "no-store" });
    const rows = answer.ok ? await answer.text() : shown;
    if (shown !== null && rows !== shown) mails.innerHTML = rows;
    shown = rows;
  } catch {
    // The mailbox is being restarted; the next look will tell.
  }
}

look();
setInterval(look, 2000);
