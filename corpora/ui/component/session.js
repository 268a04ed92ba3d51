// Keeps the session's word: this tab's own in sessionStorage, and the one that new tabs begin with in localStorage, which a
// restarted browser still has. Never the token; and unlike a cookie no request carries it by itself, and no other port has it.

const KEY = "yuliao_session", APART = "-";  // APART: this tab keeps its door shut, although the browser has a word

function listen(tell) {
  const known = window.yuliaoSession;
  window.yuliaoSession = { tell };
  if (known) return;
  window.addEventListener("storage", (event) => {  // another tab signed in or out
    if (event.key !== KEY || event.storageArea !== window.localStorage) return;
    const own = window.sessionStorage.getItem(KEY);
    if (own === APART) return;
    if (own ? own === event.oldValue : event.newValue) window.yuliaoSession.tell(own || event.newValue);
  });
}

function enter(data, tab, common) {
  const own = tab.getItem(KEY);
  if (own === data.keep) return;
  if (data.share && !(own === APART && common.getItem(KEY))) common.setItem(KEY, data.keep);
  tab.setItem(KEY, data.keep);
}

function leave(data, tab, common) {
  if (common.getItem(KEY) === data.forget) common.removeItem(KEY);
  if (tab.getItem(KEY) !== data.forget) return;
  if (data.out && common.getItem(KEY)) tab.setItem(KEY, APART);  // who signs out is not taken for somebody else
  else tab.removeItem(KEY);
}

export default function (component) {
  const { data, setTriggerValue } = component;
  const tell = (word) => setTriggerValue("held", word);
  try {
    const tab = window.sessionStorage, common = window.localStorage;
    listen(tell);
    if (data.keep) return enter(data, tab, common);
    if (data.forget) leave(data, tab, common);
    if (data.apart && common.getItem(KEY)) tab.setItem(KEY, APART);
    else if (tab.getItem(KEY) === APART && (data.back || !common.getItem(KEY))) tab.removeItem(KEY);
    const own = tab.getItem(KEY), held = own || common.getItem(KEY);
    if (held && !(own === APART && data.apart)) tell(held);
  } catch {
    // a browser that keeps nothing: the door stays as it was
  }
}
