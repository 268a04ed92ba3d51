// One row at a time, decided by keys. No build step, no request but whether its own server lives. Rows and acknowledgements
// come with `data`, decisions go out in batches by a trigger. A decision shows the next row at once; nothing waits for the server.
// Keys are read by event.code: with a Chinese input method event.key of a letter is "Process", digits and arrows are safe.

const KEYS = {
  Digit1: "keep", Numpad1: "keep", Digit2: "drop", Numpad2: "drop", Digit3: "unsure", Numpad3: "unsure",
  ArrowRight: "next", ArrowDown: "next", ArrowLeft: "back", ArrowUp: "back",
  Digit0: "undo", Numpad0: "undo", Backspace: "undo", Digit4: "cluster", Numpad4: "cluster",
};
const BATCH = 5, IDLE = 1200, AGAIN = 6000, TRIES = 2, RELOADS = 3;

class Review {
  constructor(root, send) {
    this.root = root; this.send = send;
    this.rows = []; this.at = 0; this.said = new Map(); this.pending = []; this.seq = 0; this.acked = 0; this.tries = 0;
    this.whole = true;
    this.client = Math.random().toString(36).slice(2);
    this.onKey = (event) => this.key(event);
    this.onHide = () => { if (document.visibilityState === "hidden") this.flush(); };
    window.addEventListener("keydown", this.onKey, true);
    document.addEventListener("visibilitychange", this.onHide);
    this.clock = setInterval(() => this.resend(), 1000);
    for (const button of root.querySelectorAll("[data-act]")) button.onclick = () => this.act(button.dataset.act);
  }

  close() {
    window.removeEventListener("keydown", this.onKey, true);
    document.removeEventListener("visibilitychange", this.onHide);
    clearInterval(this.clock); clearTimeout(this.timer);
    this.flush();
  }

  update(data) {
    this.words = data.words;
    if (data.person !== this.person) { this.person = data.person; this.restore(); }
    const other = data.queue !== this.queue;  // what was said in the one before keeps its queue and still goes out
    if (other) { this.queue = data.queue; this.rows = []; this.said.clear(); this.recall(); }
    const known = new Set(this.rows.map((row) => row.id));
    for (const row of data.rows) if (!known.has(row.id)) this.rows.push(row);
    if (other) { const open = this.rows.findIndex((row) => !this.said.has(row.id)); this.at = open < 0 ? this.rows.length : open; }
    if (data.client === this.client && data.acked > this.acked) {
      this.acked = data.acked; this.tries = 0;
      try { sessionStorage.removeItem(`yl-review-reloads:${this.person}`); } catch { /* private mode */ }
      this.pending = this.pending.filter((one) => one.seq > this.acked);
      this.store();
    }
    this.root.querySelector(".desk").dataset.queue = this.queue;
    this.counts = data.counts; this.mistake = data.mistake;
    this.draw();
  }

  get row() { return this.rows[this.at]; }

  key(event) {
    const target = event.composedPath()[0];
    if (target && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName || "")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = KEYS[event.code];
    if (!act) return;
    event.preventDefault(); event.stopPropagation();
    this.act(act);
  }

  act(act) {
    if (act === "cluster") this.whole = !this.whole;
    else if (act === "next") this.at = Math.min(this.at + 1, this.rows.length);
    else if (act === "back") this.at = Math.max(this.at - 1, 0);
    else if (act === "undo") this.undo();
    else this.decide(act);
    this.draw();
  }

  decide(decision) {
    const row = this.row;
    if (!row) return;
    this.said.set(row.id, decision);
    this.put({ id: row.id, shown: row.shown, decision, cluster: row.cluster > 1 && this.whole });
    this.at += 1;
  }

  undo() {  // takes back the last decision, also one that is submitted already: a withdrawal is written, nothing is deleted
    for (let i = Math.min(this.at, this.rows.length) - 1; i >= 0; i--) {
      const row = this.rows[i];
      if (!this.said.has(row.id)) continue;
      this.said.delete(row.id);
      this.put({ id: row.id, shown: row.shown, decision: "undo", cluster: false });
      this.at = i;
      return;
    }
  }

  put(decision) {
    this.pending.push({ seq: ++this.seq, queue: this.queue, ...decision });
    this.store();
    clearTimeout(this.timer);
    const left = this.rows.length - this.at;
    if (this.pending.filter((one) => !one.sent).length >= BATCH || left < 8) this.flush();
    else this.timer = setTimeout(() => this.flush(), IDLE);
  }

  flush() {
    if (!this.pending.some((one) => !one.sent)) return;
    this.post();
  }

  resend() {  // a batch that was not acknowledged goes out again; the server knows what it has by `seq`
    if (!this.pending.length || performance.now() - (this.posted || 0) <= AGAIN) return;
    if (this.tries >= TRIES) this.renew();
    this.post();
  }

  renew() {  // a server that was started anew does not know this page: it is loaded again once it answers, what waits is stored
    const name = `yl-review-reloads:${this.person}`;
    const ask = new XMLHttpRequest();
    ask.open("GET", "_stcore/health");
    ask.onload = () => {
      try {
        const reloads = Number(sessionStorage.getItem(name) || 0);
        if (ask.status !== 200 || reloads >= RELOADS || !this.pending.length || !this.stored()) return;
        sessionStorage.setItem(name, String(reloads + 1));
        location.reload();
      } catch { /* private mode: nothing is stored, so the page stays */ }
    };
    ask.send();
  }

  post() {
    this.posted = performance.now(); this.tries += 1;
    for (const one of this.pending) one.sent = true;
    this.send({ client: this.client, upto: this.seq, decisions: this.pending.map(({ sent, ...one }) => one) });
    this.draw();
  }

  // Not yet acknowledged decisions survive a reload; they hold ids and hashes, no text. They wait for the person who made them.
  store() { try { sessionStorage.setItem(`yl-review:${this.person}`, JSON.stringify(this.pending)); } catch { /* private mode */ } }
  stored() { return JSON.parse(sessionStorage.getItem(`yl-review:${this.person}`) || "[]").length === this.pending.length; }
  restore() {
    let left = [];
    try { left = JSON.parse(sessionStorage.getItem(`yl-review:${this.person}`) || "[]"); } catch { /* nothing to restore */ }
    this.pending = left.map((one) => ({ ...one, seq: ++this.seq, sent: false }));
    if (left.length) this.timer = setTimeout(() => this.flush(), 50);
  }
  recall() {
    for (const one of this.pending) {
      if (one.queue !== this.queue) continue;
      if (one.decision === "undo") this.said.delete(one.id); else this.said.set(one.id, one.decision);
    }
  }

  draw() {
    const $ = (name) => this.root.querySelector(`[data-at="${name}"]`);
    const w = this.words, row = this.row;
    for (const [name, word] of Object.entries({ keep: w.keep, drop: w.drop, unsure: w.unsure, undo: w.undo })) {
      const label = this.root.querySelector(`[data-act="${name}"] span`); if (label) label.textContent = word;
    }
    const waiting = this.pending.length;
    $("state").textContent = this.mistake || (waiting ? `${w.saving} ${waiting}` : w.saved);
    $("state").className = this.mistake ? "bad" : waiting ? "wait" : "good";
    $("count").textContent = `${w.decided} ${this.said.size} · ${w.left} ${this.counts ? Math.max(this.counts.waiting - this.said.size, 0).toLocaleString() : ""}`;
    this.root.querySelector(".card").classList.toggle("empty", !row);
    if (!row) { $("text").textContent = w.none; $("meta").textContent = ""; $("legend").textContent = ""; $("cluster").hidden = true; $("was").textContent = ""; return; }
    if (this.drawn !== row.id) {
      this.drawn = row.id;
      $("text").innerHTML = row.html;       // escaped by corpora.ui.safe: no character of a record reaches here as markup
      $("legend").innerHTML = row.legend;
      $("text").scrollTop = 0;
      $("meta").textContent = "";
      for (const fact of row.facts) { const chip = document.createElement("span"); chip.className = "chip"; chip.textContent = fact; $("meta").append(chip); }
    }
    const was = this.said.get(row.id);
    $("was").textContent = was ? `${w.was} ${w[was]}` : "";
    $("cluster").hidden = !(row.cluster > 1);
    $("cluster").textContent = `4 ${this.whole ? "☑" : "☐"} ${w.cluster.replace("{n}", row.cluster)}`;
  }
}

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  let review = parentElement.__review;
  if (!review) {
    review = new Review(parentElement, (batch) => review.trigger("batch", batch));
    parentElement.__review = review;
  }
  review.trigger = setTriggerValue;
  review.update(data);
  return () => { review.close(); delete parentElement.__review; };
}
