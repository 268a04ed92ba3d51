// Says in a sentence that the server has gone, and that it is back. Streamlit itself only greys the controls. It notices, by
// its own heartbeat, and writes the state into its root element: that is read here, nothing is asked of any server.

const STATE = "data-test-connection-state", PATIENCE = 1200, BACK = 4000;

class Connection {
  constructor() {
    this.sign = document.createElement("div");
    this.sign.className = "yl-lost";
    this.sign.setAttribute("role", "alert");
    this.watch = new MutationObserver(() => this.look());
    this.look = this.look.bind(this);
    this.ever = this.lost = false;
    this.timer = 0;
  }

  start(words) {
    this.words = words;
    this.watch.observe(document.body, { attributes: true, attributeFilter: [STATE], subtree: true });
    for (const name of ["online", "offline"]) window.addEventListener(name, this.look);
    this.look();
  }

  stop() {
    this.watch.disconnect();
    for (const name of ["online", "offline"]) window.removeEventListener(name, this.look);
    clearTimeout(this.timer);
    this.sign.remove();
  }

  connected() {
    const state = document.querySelector(`[${STATE}]`)?.getAttribute(STATE);
    this.ever = this.ever || state === "CONNECTED";
    return !this.ever || state === "CONNECTED" || state === undefined;
  }

  look() {
    const good = this.connected();
    if (good === !this.lost) return this.settle(good);
    clearTimeout(this.timer);
    if (good) return this.back();
    this.lost = true;
    this.timer = setTimeout(() => this.say("lost"), PATIENCE);  // a reconnection of a moment is nobody's business
  }

  settle(good) {
    if (!good && this.sign.isConnected) this.say("lost");
  }

  back() {
    this.lost = false;
    if (!this.sign.isConnected) return;
    this.say("back");
    this.timer = setTimeout(() => this.sign.remove(), BACK);
  }

  say(which) {
    const near = which === "lost" && !navigator.onLine ? "offline" : which;
    this.sign.classList.toggle("back", which === "back");
    if (this.sign.textContent !== this.words[near]) this.sign.textContent = this.words[near];
    if (!this.sign.isConnected) document.body.append(this.sign);
  }
}

export default function (component) {
  const { data } = component, kept = window.__yuliaoConnection;
  kept?.stop();
  const one = new Connection();
  if (kept) { one.ever = kept.ever; one.lost = false; }
  window.__yuliaoConnection = one;
  one.start(data);
  return () => { if (window.__yuliaoConnection === one) { one.stop(); delete window.__yuliaoConnection; } };
}
