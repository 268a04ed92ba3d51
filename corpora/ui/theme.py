"""How the workbench looks: one accent, system Chinese fonts, light and dark. Settings for streamlit and one style sheet."""

from __future__ import annotations

ACCENT = {"light": "#17677a", "dark": "#62b6c4"}
FONT = "PingFang SC, HarmonyOS Sans SC, Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, Microsoft YaHei, sans-serif"
MONO = "JetBrains Mono, SFMono-Regular, Consolas, Noto Sans Mono CJK SC, monospace"

ICON = (  # drawn here: streamlit would fetch the picture of a named icon from the internet
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#17677a"/>'
    '<path d="M8 9h16M8 14h16M8 19h10M8 24h6" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/></svg>'
)


def logo(language: str) -> str:
    """The mark with the name beside it; its letters are told from both backgrounds."""
    name = "Yuliao" if language == "en" else "语料工坊"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 150 32" height="32">' + ICON[ICON.index("<rect") : -6]
        + f'<text x="42" y="23" font-size="19" font-weight="600" font-family="{FONT}" fill="#2f8596">{name}</text></svg>'
    )  # fmt: skip


_COLOURS = {
    "light": {
        "primaryColor": ACCENT["light"], "backgroundColor": "#fcfcfa", "secondaryBackgroundColor": "#f3f3ef",
        "textColor": "#24292d", "borderColor": "#e2e2dc",
    },
    "dark": {
        "primaryColor": ACCENT["dark"], "backgroundColor": "#15181b", "secondaryBackgroundColor": "#1e2226",
        "textColor": "#e4e5e2", "borderColor": "#33393e",
    },
}  # fmt: skip


def options() -> dict[str, str]:
    """streamlit's settings: no telemetry, no file watcher, no request to anywhere, no text of a record in an error."""
    said = {
        "browser.gatherUsageStats": "false", "server.fileWatcherType": "none", "server.showEmailPrompt": "false",
        "server.headless": "true", "server.maxUploadSize": "2048", "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none", "client.showErrorLinks": "false", "client.disableDataExport": "true",
        "runner.magicEnabled": "false", "theme.font": FONT, "theme.codeFont": MONO, "theme.baseRadius": "6px",
        "theme.showWidgetBorder": "true", "theme.baseFontSize": "15",
    }  # fmt: skip
    return said | {f"theme.{mode}.{key}": value for mode, colours in _COLOURS.items() for key, value in colours.items()}


STYLE = """<style>
.stMainBlockContainer {padding-top: 2.6rem; padding-bottom: 4rem; max-width: 1240px}
h1 {font-size: 1.65rem !important; font-weight: 650 !important; letter-spacing: .01em; padding: 0 0 .2rem !important}
h2 {font-size: 1.22rem !important; font-weight: 600 !important; padding: 1rem 0 .3rem !important}
h3 {font-size: 1.04rem !important; font-weight: 600 !important; padding: .4rem 0 .2rem !important}
.stElementContainer:has(.stHeading :is(h2, h3)) {padding-bottom: .5rem}
p, li, label {line-height: 1.7}
.stButtonGroup > div {flex-wrap: wrap; row-gap: .3rem}
[data-testid="stMetricValue"], .yl-num, table {font-variant-numeric: tabular-nums}
[data-testid="stMetricValue"] {font-size: 1.55rem; font-weight: 600}
.stTextArea textarea[aria-label="YAML"] {font: .84rem/1.65 monospace}
.yl-lead {color: color-mix(in srgb, currentColor 66%, transparent); line-height: 1.7; margin: 0 0 .6rem; max-width: 46em}
.yl-text {line-height: 1.75; font-size: .98rem; overflow-wrap: anywhere; white-space: pre-wrap}
.yl-line {min-height: 1.7em}
.yl-text details {display: inline}
.yl-text summary {display: inline; cursor: pointer; opacity: .7; font-size: .85em; border-bottom: 1px dotted}
.yl-more {opacity: .65; font-size: .85em; padding-top: .4em}
.yl-text mark, .yl-legend mark {background: hsl(var(--hue) 65% 50% / .2); color: inherit; border-radius: 3px; padding: 0 .16em;
  box-shadow: inset 0 -2px 0 hsl(var(--hue) 65% 45% / .65)}
.yl-text mark.low, .yl-legend mark.low {background: none; box-shadow: none; border-bottom: 2px dotted hsl(var(--hue) 55% 50% / .8); border-radius: 0}
.yl-text mark.yl-old {background: hsl(4 70% 52% / .16); box-shadow: none; text-decoration: line-through;
  text-decoration-color: hsl(4 70% 52% / .7)}
.yl-text mark.yl-new {background: hsl(155 55% 42% / .2); box-shadow: inset 0 -2px 0 hsl(155 55% 40% / .6)}
.yl-hidden {font: 600 .68em/1 monospace; border: 1px solid hsl(28 80% 50% / .7); color: hsl(28 80% 45%); border-radius: 3px;
  padding: 0 .25em; margin: 0 .1em; vertical-align: middle}
.yl-legend {display: flex; flex-wrap: wrap; gap: .3rem .5rem; font-size: .84rem; padding: .2rem 0 .5rem}
.yl-card {border: 1px solid color-mix(in srgb, currentColor 14%, transparent); border-radius: 8px; padding: .9rem 1.1rem;
  margin-bottom: .7rem}
.yl-card h3 {margin: 0; padding: 0 !important}
.yl-facts {display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; font-size: .87rem; opacity: .8; font-variant-numeric: tabular-nums}
.yl-chip {display: inline-block; font-size: .76rem; line-height: 1.6; padding: 0 .5em; border-radius: 99px; margin-right: .3em;
  border: 1px solid color-mix(in srgb, currentColor 25%, transparent)}
.yl-chip.good {border-color: hsl(155 50% 42% / .6); background: hsl(155 55% 42% / .12)}
.yl-chip.bad {border-color: hsl(4 70% 52% / .6); background: hsl(4 70% 52% / .12)}
.yl-chip.wait {border-color: hsl(38 85% 50% / .6); background: hsl(38 85% 50% / .12)}
.yl-steps {display: flex; flex-wrap: wrap; gap: .35rem; font-size: .86rem; padding-bottom: .4rem}
.yl-stages > div {display: grid; grid-template-columns: 11em 1fr 5.5em; gap: .9rem; align-items: center; padding: .28rem 0; opacity: .6}
.yl-stages > div.good, .yl-stages > div.now {opacity: 1}
.yl-stages i {display: block; height: .5rem; border-radius: 99px; background: color-mix(in srgb, currentColor 12%, transparent)}
.yl-stages b {display: block; height: 100%; border-radius: 99px; background: hsl(38 85% 50%); transition: width .4s}
.yl-stages .good b {background: #17877a}
.yl-stages small {text-align: right; font-variant-numeric: tabular-nums}
.yl-step {padding: .15rem 0 .4rem} .yl-step > div {padding: .1rem 0; overflow-wrap: anywhere}
.yl-arrow {opacity: .5; line-height: 1.2}
.yl-said {display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: .3rem 1rem; font-size: .9rem; padding-top: .5rem}
.yl-lost {position: fixed; z-index: 1000001; top: 0; left: 0; right: 0; padding: .55rem 1rem; text-align: center; line-height: 1.55;
  background: #7d3022; color: #fff; font-size: .93rem; box-shadow: 0 1px 8px rgb(0 0 0 / .25)}
.yl-lost.back {background: #17677a}
[data-testid="stFileUploaderDropzone"] {min-height: 6rem}
.stApp:has([data-testid="stExpandSidebarButton"]) .stMainBlockContainer {padding-top: 4.4rem}
@media (max-width: 768px) {.stMainBlockContainer {padding-top: 4.4rem}}
@media (max-width: 640px) {.yl-facts {gap: .1rem .8rem} .stMainBlockContainer {padding-left: 1rem; padding-right: 1rem}}
</style>"""
