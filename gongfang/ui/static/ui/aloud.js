// Reads every element marked data-aloud in the order of the page, marking the one being read.
// data-aloud="other words" says those words instead of the text on the screen.
const voice = window.speechSynthesis;
let reading = null;

function words(element) {
  return element.dataset.aloud || element.innerText;
}

function utterance(element) {
  const spoken = new SpeechSynthesisUtterance(words(element));
  spoken.lang = element.closest("[lang]").lang === "en" ? "en" : "zh-CN";
  spoken.rate = 0.9;
  spoken.onstart = () => element.classList.add("reading");
  spoken.onend = () => element.classList.remove("reading");
  return spoken;
}

function stop() {
  voice.cancel();
  for (const element of document.querySelectorAll(".reading")) element.classList.remove("reading");
  reading?.setAttribute("aria-pressed", "false");
  reading = null;
}

function read(button) {
  const all = [...document.querySelectorAll("[data-aloud]")].map(utterance);
  if (all.length === 0) return;
  reading = button;
  button.setAttribute("aria-pressed", "true");
  all.at(-1).addEventListener("end", stop);
  for (const spoken of all) {
    spoken.addEventListener("error", stop);
    voice.speak(spoken);
  }
}

function toggle(button) {
  const again = reading !== button;
  stop();
  if (again) read(button);
}

if (voice) {
  for (const button of document.querySelectorAll("[data-aloud-button]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-aloud-button]");
    if (button) toggle(button);
  });
  window.addEventListener("pagehide", stop);
}
