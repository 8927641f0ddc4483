/** The look of the status page. Text has a contrast of 4.5 to 1 or more, in light and in dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f3f5f8; --card: #ffffff; --text: #1c2128; --quiet: #57606a; --line: #d8dee4; --head: #f6f8fa;
  --focus: #0b57d0; --button: #ffffff; --button-line: #8c959f;
  --wait: #7a4a00; --wait-ground: #fff1d0; --good: #116329; --good-ground: #dafbe1;
  --bad: #a40e26; --bad-ground: #ffebe9; --rest: #57606a; --rest-ground: #eef1f4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1117; --card: #161b22; --text: #e6edf3; --quiet: #9da7b3; --line: #30363d; --head: #1c222b;
    --focus: #8ab4f8; --button: #21262d; --button-line: #6e7681;
    --wait: #f0b849; --wait-ground: #3a2a0a; --good: #7ee29a; --good-ground: #12321d;
    --bad: #ff9d96; --bad-ground: #43191a; --rest: #9da7b3; --rest-ground: #21262d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
.page { max-width: 84rem; margin: 0 auto; padding: 1rem; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; }
h1 { font-size: 1.35rem; margin: 0; display: flex; gap: .6rem; align-items: center; }
h1::before { content: ""; width: 1.1rem; height: 1.1rem; border-radius: .3rem; background: #fee500; border: 1px solid #8a7c00; }
h2 { font-size: 1.05rem; margin: 0; padding: .7rem 1rem; }
#summary { margin: 0; color: var(--quiet); }
#clock { margin-left: auto; color: var(--quiet); font-variant-numeric: tabular-nums; }
.controls { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .9rem 0; }
.choice { display: flex; gap: .5rem; align-items: center; }
button, select {
  font: inherit; color: inherit; background: var(--button); min-height: 2.25rem; padding: .25rem .8rem;
  border: 1px solid var(--button-line); border-radius: .45rem; cursor: pointer;
}
button[aria-pressed="true"] { background: var(--wait-ground); color: var(--wait); border-color: currentColor; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .7rem; margin: 0 0 1rem; overflow: hidden; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline-offset: -2px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem 1rem; border-top: 1px solid var(--line); white-space: nowrap; font-weight: normal; }
thead th { background: var(--head); color: var(--quiet); font-size: .85em; font-weight: 600; }
.name { font-weight: 600; white-space: normal; overflow-wrap: anywhere; min-width: 8rem; max-width: 22rem; }
.code { font-family: ui-monospace, SFMono-Regular, Menlo, monospace; font-size: .85em; line-height: 1.76; }
.long { white-space: normal; overflow-wrap: anywhere; min-width: 14rem; }
.number { font-variant-numeric: tabular-nums; }
.quiet { color: var(--quiet); }
.badge { display: inline-block; padding: 0 .6rem; border-radius: 1rem; font-size: .88em; line-height: 1.7; }
.badge::before { content: "\\25CF\\00A0"; }
.pending { color: var(--wait); background: var(--wait-ground); }
.ready { color: var(--good); background: var(--good-ground); }
.failed { color: var(--bad); background: var(--bad-ground); }
.resting { color: var(--rest); background: var(--rest-ground); }
.pending::before { animation: pulse 1.2s ease-in-out infinite; }
@keyframes pulse { 50% { opacity: .25; } }
@media (prefers-reduced-motion: reduce) { .pending::before { animation: none; } }
@media (max-width: 40rem) {
  .page { padding: .75rem; }
  #clock { margin-left: 0; }
  h2, th, td { padding-left: .7rem; padding-right: .7rem; }
  #images th:first-child { position: sticky; left: 0; background: var(--card); min-width: 0; width: 38vw; }
  thead .name { position: sticky; left: 0; }
}
`;
