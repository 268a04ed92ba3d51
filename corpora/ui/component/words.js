// Words that streamlit's widgets bring along, said in Chinese. They cannot be set: they are exchanged where they appear,
// and only there: nothing outside these parts of widgets is touched, so no word of a record or of our pages is.

const PLACES = [
  "[data-testid=stFileUploader]", "[data-testid=InputInstructions]", "[data-testid=stTooltipContent]", "[role=tooltip]",
  "[data-testid=stDataFrameColumnMenu]", "[data-testid=stDataFrameColumnFormattingMenu]",
  "[data-testid=stDataFrameColumnVisibilityMenu]", "[data-testid=stStatusWidget]", "[data-testid=stConnectionStatus]",
  "[data-testid=stNumberInputContainer]", "[role=listbox]", "[role=dialog]", "[data-testid=stDateInput]", ".gdg-search-bar",
].join(",");
const NEVER = "[data-testid=stFileChipName], [data-testid=stFileUploaderFileName], [data-testid=stMarkdown], [data-testid=stHtml], .yl-text";
const ATTRIBUTES = ["placeholder", "aria-label", "title"];

function translated(said, words) {
  const text = said.trim();
  if (Object.hasOwn(words.exact, text)) return words.exact[text];
  for (const [pattern, put] of words.forms) {
    const form = new RegExp(pattern);
    if (form.test(text)) return text.replace(form, put);
  }
  return null;
}

class Words {
  constructor() {
    this.words = { exact: {}, forms: [] };
    this.changed = new Map();  // node or element → how to put back what stood there
    this.watch = new MutationObserver((seen) => { for (const one of seen) this.see(one); });
  }

  start(words) {
    this.words = words;
    this.watch.observe(document.body, {
      childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
    });
    this.walk(document.body);
  }

  stop() {
    this.watch.disconnect();
    for (const back of this.changed.values()) back();
    this.changed.clear();
  }

  see(one) {
    if (one.type === "childList") for (const node of one.addedNodes) this.walk(node);
    else if (one.type === "characterData") this.text(one.target);
    else this.attribute(one.target, one.attributeName);
  }

  walk(root) {
    if (root.nodeType === Node.TEXT_NODE) return this.text(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    const nodes = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) this.text(nodes.currentNode);
    const marked = root.querySelectorAll(ATTRIBUTES.map((name) => `[${name}]`).join(","));
    for (const element of [root, ...marked]) for (const name of ATTRIBUTES) this.attribute(element, name);
  }

  text(node) {
    const around = node.parentElement;
    if (!around || !around.closest(PLACES) || around.closest(NEVER)) return;
    const said = node.nodeValue, put = translated(said, this.words);
    if (put === null || put === said) return;
    node.nodeValue = put;
    this.changed.set(node, () => { if (node.nodeValue === put) node.nodeValue = said; });
  }

  attribute(element, name) {
    const said = element.getAttribute(name);
    if (!said || element.closest(NEVER)) return;
    const put = translated(said, this.words);
    if (put === null || put === said) return;
    element.setAttribute(name, put);
    this.changed.set(`${name}:${this.changed.size}`, () => { if (element.getAttribute(name) === put) element.setAttribute(name, said); });
  }
}

export default function (component) {
  const { parentElement, data } = component;
  parentElement.__words?.stop();
  parentElement.__words = new Words();
  parentElement.__words.start(data);
  return () => { parentElement.__words?.stop(); delete parentElement.__words; };
}
