// Large type, kept on this device. Loaded before the page is drawn, so that the type never jumps;
// the cookie lets the server draw the next page large at once.
const root = document.documentElement;

function kept() {
  try { return localStorage.getItem("large") === "1"; } catch { return false; }
}

function keep(large) {
  try { localStorage.setItem("large", large ? "1" : "0"); } catch { /* a private window keeps nothing */ }
  document.cookie = `large=${large ? 1 : 0}; path=/; max-age=31536000; samesite=lax`;
}

function show(large) {
  root.toggleAttribute("data-large", large);
  for (const button of document.querySelectorAll("[data-large-button]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(large));
  }
}

if (kept()) root.setAttribute("data-large", "");

document.addEventListener("DOMContentLoaded", () => show(root.hasAttribute("data-large")));
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-large-button]")) return;
  const large = !root.hasAttribute("data-large");
  keep(large);
  show(large);
});
