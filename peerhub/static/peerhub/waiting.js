// A page that waits for work to be done looks again by itself, as long as it is in view.
const PAUSE = 3000;
const look = () => (document.visibilityState === "visible" ? window.location.reload() : window.setTimeout(look, PAUSE));
if (document.querySelector("[data-peerhub-waiting]")) {
  window.setTimeout(look, PAUSE);
}
