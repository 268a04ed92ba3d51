// One row at a time, decided by keys. No build step, no request but whether its own server lives. Rows and acknowledgements
// come with `data`, decisions go out in batches by a trigger. A decision shows the next row at once; nothing waits for the server.
// Keys are read by event.code: with a Chinese input method event.key of a letter is "Process", digits and arrows are safe.

const KEYS = {
  Digit1: "keep", Numpad1: "keep", Digit2: "drop", Numpad2: "drop", Digit3: "unsure", Numpad3: "unsure",
  ArrowRight: "next", ArrowDown: "next", ArrowLeft: "back", ArrowUp: "back",
  Digit0: "undo", Numpad0: "undo", Backspace: "undo", Digit4: "cluster", Numpad4: "cluster", Digit5: "mark", Numpad5: "mark",
};
// While a stretch of the text is pointed at: digits name its kind, arrows move, with Shift they stretch.
const MARKING = {
  ArrowRight: "right", ArrowLeft: "left", ArrowDown: "down", ArrowUp: "up", Digit0: "none", Numpad0: "none", Backspace: "none",
  Delete: "none", Escape: "leave", Enter: "leave", NumpadEnter: "leave",
};
const BATCH = 5, IDLE = 1200, AGAIN = 6000, TRIES = 2, RELOADS = 3, WATCH = 15000;

class Review {
  constructor(root, send) {
    this.root = root; this.send = send;
    this.rows = []; this.at = 0; this.said = new Map(); this.pending = []; this.seq = 0; this.acked = 0; this.tries = 0;
    this.whole = true;
    this.picker = new Picker(root.querySelector("[data-at=text]"));
    this.picker.box.addEventListener("mouseup", () => setTimeout(() => this.point(), 0));
    this.client = Math.random().toString(36).slice(2);
    this.onKey = (event) => this.key(event);
    this.onHide = () => { if (document.visibilityState === "hidden") this.flush(); };
    window.addEventListener("keydown", this.onKey, true);
    document.addEventListener("visibilitychange", this.onHide);
    this.clock = setInterval(() => this.resend(), 1000);
    for (const button of root.querySelectorAll("[data-act]")) button.onclick = () => { this.act(button.dataset.act); button.blur(); };
  }

  close() {
    window.removeEventListener("keydown", this.onKey, true);
    document.removeEventListener("visibilitychange", this.onHide);
    clearInterval(this.clock); clearTimeout(this.timer);
    this.flush();
  }

  update(data) {
    const fresh = new Map(data.rows.map((row) => [row.id, row]));
    if (this.words && this.words.mark !== data.words.mark) { this.rows = this.rows.map((row) => fresh.get(row.id) || row); this.drawn = null; }  // another language
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
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    const act = this.picker.on ? (digit ? `kind${digit[1]}` : MARKING[event.code]) : KEYS[event.code];
    if (!act) return;
    event.preventDefault(); event.stopPropagation();
    this.act(act, event.shiftKey);
  }

  act(act, extend = false) {
    if (act === "mark") this.mark();
    else if (act === "leave") this.picker.clear();
    else if (act === "left" || act === "right") this.picker.step(act === "right" ? 1 : -1, extend);
    else if (act === "up" || act === "down") this.jump(act === "down" ? 1 : -1);
    else if (act === "none") this.none();
    else if (act.startsWith("kind")) this.name(this.words.kinds[Number(act.slice(4)) - 1]);
    else if (act === "cluster") this.whole = !this.whole;
    else if (act === "next") { this.at = Math.min(this.at + 1, this.rows.length); this.more(); }
    else if (act === "back") this.at = Math.max(this.at - 1, 0);
    else if (act === "undo") this.undo();
    else this.decide(act);
    this.draw();
  }

  // --- stretches of the text ---------------------------------------------------------------------------

  mark() { if (this.row && this.row.markable) { const first = this.row.marks[0]; first ? this.picker.pick(first.text, first.start, first.end) : this.picker.pick(0, 0, 1); } }

  point() {  // a stretch selected by mouse, or a click on one that is marked
    const place = this.row?.markable ? this.picker.selected() : null;
    if (!place) return;
    const [text, start, end] = place;
    const there = this.row.marks.find((one) => one.text === text && one.start <= start && start < one.end);
    if (end > start) this.picker.pick(text, start, end);
    else if (there) this.picker.pick(text, there.start, there.end);
    else if (this.picker.on) this.picker.pick(text, start, start + 1);
    this.draw();
  }

  jump(by) {  // to the next mark, or ten characters on where there is none
    const { text, start } = this.picker, at = ([a, b]) => a * 1e9 + b, here = at([text, start]);
    const marks = this.row.marks.filter((one) => (at([one.text, one.start]) - here) * by > 0);
    const next = by > 0 ? marks[0] : marks.at(-1);
    if (next) this.picker.pick(next.text, next.start, next.end); else this.picker.step(10 * by, false);
  }

  get under() {  // an own mark before the finding that it lies over
    const here = this.row.marks.filter((one) => one.text === this.picker.text && one.start < this.picker.end && this.picker.start < one.end);
    return here.find((one) => one.state === "mine") || here[0];
  }

  name(kind) {  // the stretch is personal information of this kind; one of the same bounds gets another kind
    if (!kind) return;
    const { text, start, end } = this.picker, old = this.under;
    if (old?.state === "mine") this.say(old, "redact", true);
    if (old?.state === "back") this.say(old, "restore", true);
    const one = { text, start, end, ...kind, state: "mine" };
    this.row.marks = this.row.marks.filter((mark) => mark !== old || (old.state !== "mine"));
    if (old?.state === "back") old.state = "found";
    const same = old && old.state !== "mine" && old.start === start && old.end === end && old.kind === kind.kind;
    if (!same) { this.row.marks.push(one); this.row.marks.sort((a, b) => a.text - b.text || a.start - b.start); this.say(one, "redact", false); }
    this.picker.clear();
  }

  none() {  // not personal information: an own mark is taken back, a finding given back by those who may
    const old = this.under;
    if (!old || old.state === "fixed" || old.state === "theirs") { this.fixed = Boolean(old); return; }
    if (old.state === "mine") { this.row.marks = this.row.marks.filter((one) => one !== old); this.say(old, "redact", true); }
    else { this.say(old, "restore", old.state === "back"); old.state = old.state === "back" ? "found" : "back"; }
    this.picker.clear();
  }

  say(one, decision, undo) {
    this.put({ id: this.row.id, shown: this.row.shown, decision, undo, text: one.text, start: one.start, end: one.end, kind: one.kind });
  }

  drawMarks() {
    const w = this.words, row = this.row;
    for (const name of ["pick", "mine", "back"]) this.picker.unwrap(name);
    const box = (name, hue, title) => () => { const one = document.createElement("span"); one.className = name; one.style.setProperty("--hue", hue); one.title = title; return one; };
    for (const one of row.marks) if (one.state === "mine" || one.state === "theirs" || one.state === "back") this.picker.wrap(one.text, one.start, one.end, box(one.state === "theirs" ? "mine" : one.state, one.hue, one.label));
    this.root.querySelector("[data-at=marking]").hidden = !this.picker.on;
    this.root.querySelector(".desk").classList.toggle("pointing", this.picker.on);
    if (!this.picker.on) return;
    this.picker.wrap(this.picker.text, this.picker.start, this.picker.end, box("pick", 0, ""));
    this.picker.box.querySelector(".pick")?.scrollIntoView({ block: "nearest" });
    const under = this.under;
    this.root.querySelector("[data-at=hint]").textContent = under ? `${under.label} · ${w.states[under.state]}` : w.pick.replace("{n}", this.picker.end - this.picker.start);
    this.root.querySelector("[data-act=none]").disabled = !under || under.state === "fixed" || under.state === "theirs";
  }

  drawKinds() {
    const home = this.root.querySelector("[data-at=kinds]");
    if (home.dataset.language === this.words.mark) return;
    home.dataset.language = this.words.mark; home.textContent = "";
    this.words.kinds.forEach((kind, i) => {
      const button = document.createElement("button"), key = document.createElement("kbd"), label = document.createElement("span");
      button.className = "kind plain"; button.style.setProperty("--hue", kind.hue); key.textContent = i + 1; label.textContent = kind.label;
      button.append(key, label); button.onclick = () => { this.act(`kind${i + 1}`); button.blur(); };
      home.append(button);
    });
  }

  // --- the row as a whole ------------------------------------------------------------------------------

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

  get left() {  // the server's figure, but for what is not acknowledged yet
    const last = new Map(this.pending.filter((one) => one.queue === this.queue && (one.decision === "undo" || one.cluster !== undefined)).map((one) => [one.id, one.decision]));
    let left = this.counts?.left || 0;
    for (const decision of last.values()) left += decision === "undo" ? 1 : -1;
    return Math.max(left, 0);
  }

  // Rows that were passed by arrows stay this person's; more are asked for when the end of those that are here comes near.
  get skipped() { return this.rows.slice(0, this.at).filter((row) => !this.said.has(row.id)).length; }
  more() { if (this.rows.length - this.at < 8 && this.skipped > (this.asked || 0)) this.post(); }

  flush() {
    if (!this.pending.some((one) => !one.sent)) return;
    this.post();
  }

  resend() {  // a batch that was not acknowledged goes out again; the server knows what it has by `seq`
    if (!this.row && !this.pending.length && this.counts?.others && performance.now() - (this.posted || 0) > WATCH) this.post();
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
    this.asked = this.skipped;
    this.send({ client: this.client, upto: this.seq, queue: this.queue, skipped: this.skipped, decisions: this.pending.map(({ sent, ...one }) => one) });
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
    for (const [name, word] of Object.entries({ keep: w.keep, drop: w.drop, unsure: w.unsure, undo: w.undo, mark: w.mark, none: w.nothing, leave: w.leave })) {
      const label = this.root.querySelector(`[data-act="${name}"] span`); if (label) label.textContent = word + (row?.cluster > 1 && this.whole && (name === "keep" || name === "drop" || name === "unsure") ? ` · ${w.rows.replace("{n}", row.cluster)}` : "");
    }
    const waiting = this.pending.length;
    $("state").textContent = this.mistake || (waiting ? `${w.saving} ${waiting}` : w.saved);
    $("state").className = this.mistake ? "bad" : waiting ? "wait" : "good";
    const others = this.counts?.others || 0;
    $("count").textContent = `${w.decided} ${this.said.size} · ${w.left} ${this.left.toLocaleString()}` + (others ? ` · ${w.others} ${others.toLocaleString()}` : "");
    this.root.querySelector(".card").classList.toggle("empty", !row);
    if (!row) { $("text").textContent = this.skipped ? w.skipped.replace("{n}", this.skipped) : others ? w.held.replace("{n}", others) : w.none; $("meta").textContent = ""; $("legend").textContent = ""; $("cluster").hidden = true; $("was").textContent = ""; return; }
    if (this.drawn !== row.id) {
      this.drawn = row.id; this.picker.clear();
      $("text").innerHTML = row.html;       // escaped by corpora.ui.safe: no character of a record reaches here as markup
      $("legend").innerHTML = row.legend;
      $("text").scrollTop = 0;
      $("meta").textContent = "";
      for (const fact of row.facts) { const chip = document.createElement("span"); chip.className = "chip"; chip.textContent = fact; $("meta").append(chip); }
    }
    this.drawKinds(); this.drawMarks();
    this.root.querySelector("[data-act=mark]").disabled = !row.markable;
    const was = this.said.get(row.id);
    $("was").textContent = was ? `${w.was} ${w[was]}` : "";
    $("cluster").hidden = !(row.cluster > 1);
    $("cluster").querySelector("span").textContent = `${this.whole ? "☑" : "☐"} ${w.cluster.replace("{n}", row.cluster)}`;
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
