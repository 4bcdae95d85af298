/** The look of the report page: one file without a network, in light and dark, from 320 pixels on. */
export const pageStyle = `
:root{color-scheme:light dark;--ground:#fff;--raised:#f4f6f8;--ink:#1b1f23;--quiet:#505a64;--line:#d5dbe1;--accent:#1d5a96;
--hot:#b0400c;--good:#14622f;--bad:#a1260d}
@media(prefers-color-scheme:dark){:root{--ground:#14171a;--raised:#1d2226;--ink:#eceff1;--quiet:#b4bcc4;--line:#3a424a;
--accent:#7db7f0;--hot:#ffab70;--good:#6fd08c;--bad:#ff9b85}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:1160px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
p,li{max-width:70ch}
.quiet{color:var(--quiet)}
.top{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:16px 40px;align-items:start}
.facts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:12px;margin:0 0 12px}
.facts div{background:var(--raised);border-radius:8px;padding:10px 12px}
.facts dt{color:var(--quiet);font-size:.85rem}
.facts dd{margin:0;font-size:1.35rem;font-weight:650;line-height:1.3}
.facts small{display:block;font-size:.82rem;font-weight:400;color:var(--quiet)}
.kept{list-style:none;margin:0;padding:0}
.kept li{padding:4px 0}
.met{color:var(--good);font-weight:650}.missed{color:var(--bad);font-weight:650}
.plot{display:block;width:100%;height:auto}
.plot text{fill:var(--quiet)}
.grid{stroke:var(--line);fill:none}
.lot{stroke:var(--quiet);stroke-dasharray:4 4;fill:none}
.wanted{stroke:var(--good);stroke-dasharray:2 3;stroke-width:1.5;fill:none}
.frontier{stroke:var(--accent);stroke-width:2;fill:none}
.interval{stroke:var(--accent);stroke-opacity:.4;stroke-width:3;fill:none}
.point{fill:var(--accent)}
.chosen{fill:var(--hot);stroke:var(--ground);stroke-width:1.5}
.faint{stroke-opacity:.2}
.dropped{fill:var(--ground);stroke:var(--accent);stroke-width:1.2}
.plot .picked{fill:var(--hot);font-weight:650}
.plot :is(.picked,.name){paint-order:stroke;stroke:var(--ground);stroke-width:3px}
.chosen-interval{stroke:var(--hot);stroke-width:2.5;fill:none}
.notice{border-left:4px solid var(--hot);background:var(--raised);padding:10px 14px;border-radius:0 8px 8px 0}
.key{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:6px 0 0;padding:0;font-size:.88rem;color:var(--quiet)}
.key svg{width:26px;height:10px;margin-right:6px}
.kinds{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:16px}
.kinds figure{margin:0}
.kinds figcaption{font-size:.92rem;font-weight:650}
table{border-collapse:collapse;width:100%;font-size:.94rem}
th{text-align:left;color:var(--quiet);font-weight:600;font-size:.85rem}
th,td{padding:6px 14px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
summary{cursor:pointer;padding:6px 0;font-weight:600}
pre{background:var(--raised);border-radius:8px;padding:12px;white-space:pre-wrap;font-size:.85rem;max-height:420px;overflow:auto}
@media(max-width:720px){.top{grid-template-columns:minmax(0,1fr)}
thead{display:none}tr{display:block;padding:8px 0;border-bottom:1px solid var(--line)}
td,td.number{display:flex;justify-content:space-between;gap:16px;border:0;padding:2px 0;text-align:right;white-space:normal}
td::before{content:attr(data-name);color:var(--quiet);text-align:left}
td:first-child{font-weight:650;text-align:left}td:first-child::before{content:none}}
`
