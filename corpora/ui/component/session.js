// Keeps the session's word in this tab: never the token, and nowhere that a request would carry it by itself.

const KEY = "yuliao_session";

export default function (component) {
  const { data, setTriggerValue } = component;
  try {
    const held = window.sessionStorage.getItem(KEY);
    if (data.keep) window.sessionStorage.setItem(KEY, data.keep);
    else if (data.forget) window.sessionStorage.removeItem(KEY);
    else if (held) setTriggerValue("held", held);
  } catch {
    // a browser that keeps nothing: the door stays as it was
  }
}
