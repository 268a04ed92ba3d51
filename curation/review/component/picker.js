// Stretches of the shown text in code points: pointed at by mouse or keys, and drawn over what the server sent. No decision here.
// A line of the server's HTML is a line of the text; a hidden character stands as one element; folds and notes are not text.

class Picker {
  constructor(box) { this.box = box; this.clear(); }

  clear() { this.text = -1; this.anchor = this.head = 0; }
  get on() { return this.text >= 0; }
  get start() { return Math.min(this.anchor, this.head); }
  get end() { return Math.max(this.anchor, this.head) + 1; }
  get texts() { return [...this.box.querySelectorAll(".yl-text")]; }

  // One entry a code point: [node, offset, width] in UTF-16, [element] for a hidden character, [] for the end of a line.
  units(element) {
    const found = [];
    for (const [i, line] of [...element.querySelectorAll(":scope > .yl-line")].entries()) {
      if (i) found.push([]);
      const walk = (node) => {
        if (node.nodeType === Node.TEXT_NODE) {
          let at = 0;
          for (const character of node.data) { found.push([node, at, character.length]); at += character.length; }
        } else if (node.classList?.contains("yl-hidden")) found.push([node]);
        else if (node.nodeName !== "SUMMARY" && node.nodeName !== "BR") for (const child of [...node.childNodes]) walk(child);
      };
      walk(line);
    }
    return found;
  }

  pick(text, start, end) { this.text = text; this.anchor = start; this.head = Math.max(start, end - 1); }

  step(by, extend) {  // one character on; without `extend` the stretch is a caret again
    const last = this.units(this.texts[this.text]).length - 1;
    this.head = Math.max(0, Math.min(this.head + by, last));
    if (!extend) this.anchor = this.head;
  }

  // What the mouse has selected, or null: [text, start, end]; a click is an empty stretch.
  selected() {
    const selection = this.box.getRootNode().getSelection?.() || document.getSelection();
    if (!selection?.anchorNode) return null;
    const ends = [[selection.anchorNode, selection.anchorOffset], [selection.focusNode, selection.focusOffset]].map(([node, offset]) => this.place(node, offset));
    if (ends.some((one) => !one) || ends[0][0] !== ends[1][0]) return null;
    const [a, b] = ends.map((one) => one[1]).sort((x, y) => x - y);
    selection.removeAllRanges();
    return [ends[0][0], a, b];
  }

  place(node, offset) {
    const text = this.texts.findIndex((one) => one.contains(node));
    if (text < 0) return null;
    const units = this.units(this.texts[text]);
    if (node.nodeType === Node.TEXT_NODE) {
      const at = units.findIndex(([one, start, width]) => one === node && offset < start + width);
      const last = units.findLastIndex(([one]) => one === node);
      return at >= 0 ? [text, at] : last >= 0 ? [text, last + 1] : null;
    }
    const next = node.childNodes[offset], at = next ? units.findIndex(([one]) => one && (next === one || next.contains(one))) : -1;
    return [text, at >= 0 ? at : units.length];
  }

  // Draws a stretch as elements of a class; what was drawn before stays below it.
  wrap(text, start, end, make) {
    const element = this.texts[text];
    if (!element) return;
    const runs = [];
    for (const [node, offset, width] of this.units(element).slice(start, end)) {
      const last = runs.at(-1);
      if (node && last?.node === node && offset !== undefined) last.stop = offset + width;
      else if (node) runs.push({ node, start: offset, stop: offset === undefined ? undefined : offset + width });
    }
    for (const run of runs.reverse()) {
      const range = document.createRange();
      if (run.start === undefined) range.selectNode(run.node);
      else { range.setStart(run.node, run.start); range.setEnd(run.node, run.stop); }
      range.surroundContents(make());
    }
  }

  unwrap(className) {
    for (const one of [...this.box.querySelectorAll(`.${className}`)]) { const home = one.parentNode; one.replaceWith(...one.childNodes); home.normalize(); }
  }
}
