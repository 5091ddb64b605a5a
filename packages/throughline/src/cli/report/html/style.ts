/** The page's only style sheet. Colours are those of the web app; paper is light. */
export const STYLE: string = `
:root{color-scheme:light dark;--ground:#f6f7f9;--surface:#fff;--sunken:#eef0f4;--border:#dde1e8;--grid:#e4e7ee;--text:#1a1f27;--muted:#566070;
--accent:#2a55d0;--error:#c4242f;--error-soft:#fdecec;--warning:#8a5300;--warning-soft:#fdf3e0;--success:#1b7a3d;--bar:#7f93bd;--range:#3f6fd8;
--p95:#cf6417;--errors2:#e79aa0;--slow1:#c98a2b;--slow2:#e5c48f;--healthy:#8fc3a1;--trouble:rgb(196 36 47/.13);--mark:#eaf0ff;--on:#fff;
--c0:#3f6fd8;--c1:#cf6417;--c2:#0f8577;--c3:#b0479f;--c4:#74810f;--c5:#7a55c7;--c6:#1a89bd;--c7:#75472b;--c8:#38893a;--c9:#5a6a84;--c10:#2847a1;--c11:#9a4510;--c12:#0b6b7d;--c13:#7d2f74;--c14:#4f6b16;--c15:#5636a3;--c16:#c9497f;--c17:#9f6e08;--c18:#276b4f;--c19:#7a8699}
@media (prefers-color-scheme:dark){:root{--ground:#0f1115;--surface:#16191f;--sunken:#1d2128;--border:#2a303a;--grid:#2a303a;--text:#e6e9ee;--muted:#9ba5b4;
--accent:#8fb0ff;--error:#ff857d;--error-soft:#3a1d20;--warning:#f0b860;--warning-soft:#33290f;--success:#6fd08f;--bar:#7388b5;--range:#6e9bff;
--p95:#f59049;--errors2:#8f4a4a;--slow1:#dcae3a;--slow2:#7d6628;--healthy:#3d7a55;--trouble:rgb(255 133 125/.2);--mark:#1d2a49;--on:#0f1115;
--c0:#6e9bff;--c1:#f59049;--c2:#2fbfae;--c3:#e584d6;--c4:#b9c63f;--c5:#ab8bf5;--c6:#58c0ef;--c7:#b27d5a;--c8:#74c56f;--c9:#9aaccb;--c10:#4f78e0;--c11:#c9722c;--c12:#1f9cb3;--c13:#b457a8;--c14:#8aa33a;--c15:#8463da;--c16:#f286ae;--c17:#dcae3a;--c18:#4aa380;--c19:#6f7f99}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:14px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif;
font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
main,header,footer,nav{max-width:1240px;margin:0 auto;padding:0 20px}
header{padding-top:24px}
h1{font-size:20px;line-height:1.4;font-weight:600;margin:0 0 8px;overflow-wrap:anywhere}
h2{font-size:17px;margin:36px 0 4px}
h3{font-size:15px;margin:0;overflow-wrap:anywhere}
p{margin:4px 0;max-width:110ch}.lead{font-size:15px;margin:2px 0;overflow-wrap:anywhere}.lead+.muted{margin-top:10px}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
.muted{color:var(--muted)}.small{font-size:12px}
.kicker{text-transform:uppercase;letter-spacing:.06em;font-size:12px;color:var(--muted);margin:0 0 4px}
nav{padding-top:10px;display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px}
.card{background:var(--surface);border:1px solid var(--border);border-radius:8px;padding:14px 16px;margin:12px 0;break-inside:avoid}
.card.first{border-color:var(--error);border-left-width:5px}
.card.first.weak{border-color:var(--border)}
.title{display:flex;flex-wrap:wrap;gap:4px 10px;align-items:baseline}
.badge{border-radius:10px;padding:1px 9px;font-size:12px;background:var(--sunken);color:var(--muted);white-space:nowrap}
.badge.strong,.badge.new{background:var(--error-soft);color:var(--error);font-weight:600}
.badge.moderate{background:var(--warning-soft);color:var(--warning);font-weight:600}
.columns{display:grid;grid-template-columns:minmax(0,1fr) 380px;gap:20px;align-items:start}
.evidence{margin:8px 0 0;padding-left:18px}.evidence li{margin:0 0 8px;overflow-wrap:anywhere}
.evidence li:first-child>a:first-child{font-weight:600}
code{font:12px/1.45 ui-monospace,'SF Mono','Cascadia Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace;color:var(--muted);overflow-wrap:anywhere}
.evidence code{display:block}
.scroll{overflow-x:auto;margin:6px 0}
table{border-collapse:collapse;width:100%;font-size:13px}
th{font-weight:500;color:var(--muted);text-align:left;white-space:nowrap}
th,td{padding:4px 10px 4px 0;border-bottom:1px solid var(--grid);vertical-align:top}
td.n,th.n{text-align:right;white-space:nowrap}
td.t{overflow-wrap:anywhere;min-width:130px}
td.bad,.bad{color:var(--error)}
.tiles{display:flex;flex-wrap:wrap;gap:10px;margin:14px 0 0}
.tile{background:var(--surface);border:1px solid var(--border);border-radius:8px;padding:8px 14px;min-width:150px}
.tile b{display:block;font-size:18px;line-height:1.35;font-weight:600}
.multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:10px}
.multiples .card{margin:0;padding:10px 12px}
details>summary{cursor:pointer;padding:6px 0;overflow-wrap:anywhere}
details.card{padding:6px 16px}summary .title{display:inline-flex}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:12px;color:var(--muted);margin:4px 0}
.legend svg{vertical-align:-1px;margin-right:5px}
footer{padding:24px 20px 48px;color:var(--muted);font-size:12px}
ul.notes{margin:4px 0;padding-left:18px}
svg{display:block;max-width:none}.fit svg,.columns svg,.multiples svg{width:100%;height:auto}.legend svg{display:inline}
.fit svg{max-width:1080px}.graph svg{max-width:100%;height:auto}
svg text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif;fill:var(--text);font-variant-numeric:tabular-nums}
svg text.muted{fill:var(--muted);font-size:11px}svg text.end{text-anchor:end}svg text.middle{text-anchor:middle}svg text.bad{fill:var(--error);font-weight:600}
svg text.on-colour{fill:var(--on);font-size:11px}
.grid{stroke:var(--grid);fill:none}
.s0{fill:var(--c0)}.s1{fill:var(--c1)}.s2{fill:var(--c2)}.s3{fill:var(--c3)}.s4{fill:var(--c4)}.s5{fill:var(--c5)}.s6{fill:var(--c6)}.s7{fill:var(--c7)}.s8{fill:var(--c8)}.s9{fill:var(--c9)}
.s10{fill:var(--c10)}.s11{fill:var(--c11)}.s12{fill:var(--c12)}.s13{fill:var(--c13)}.s14{fill:var(--c14)}.s15{fill:var(--c15)}.s16{fill:var(--c16)}.s17{fill:var(--c17)}.s18{fill:var(--c18)}.s19{fill:var(--c19)}
.p50-key{fill:var(--range)}.p95-key{fill:var(--p95)}
.mark{fill:var(--mark)}.target text{font-weight:600}
rect.failed{fill:none;stroke:var(--error);stroke-width:2}
.rate{fill:var(--bar)}.errors{fill:var(--error)}.duration{fill:var(--slow1)}
.error-traces{fill:var(--errors2)}.slow-traces{fill:var(--slow2)}.healthy{fill:var(--healthy)}
.trouble{fill:var(--trouble)}
.range{fill:var(--range);fill-opacity:.45}.p50{stroke:var(--range);stroke-width:2}.p95{stroke:var(--p95);stroke-width:2}
.edge{fill:none;stroke:var(--bar);stroke-opacity:.55}.edge.failing{stroke:var(--error);stroke-opacity:.8}
.node .box{fill:var(--surface);stroke:var(--border)}.node.unhealthy .box{fill:var(--error-soft)}.node.suspect .box{stroke:var(--error);stroke-width:2}
.rest{fill:var(--sunken)}.gap{fill:var(--muted)}
@media (max-width:820px){.columns{grid-template-columns:minmax(0,1fr)}main,header,footer,nav{padding-left:12px;padding-right:12px}h1{font-size:17px}
.card{padding:10px 12px}.fit svg{min-width:760px}.graph svg{max-width:none}.columns svg{max-width:420px}}
@media print{:root{--ground:#fff;--surface:#fff;--text:#000;--muted:#444;--border:#bbb;--grid:#ddd;--accent:#1f3f9a;--error:#b0101c;--error-soft:#fdecec;--on:#fff;
--sunken:#eee;--mark:#eef3ff;--bar:#7f93bd;--range:#3f6fd8;--p95:#cf6417;--slow1:#c98a2b;--slow2:#e5c48f;--errors2:#e79aa0;--healthy:#8fc3a1;--trouble:rgb(196 36 47/.13);
--c0:#3f6fd8;--c1:#cf6417;--c2:#0f8577;--c3:#b0479f;--c4:#74810f;--c5:#7a55c7;--c6:#1a89bd;--c7:#75472b;--c8:#38893a;--c9:#5a6a84;--c10:#2847a1;--c11:#9a4510;--c12:#0b6b7d;--c13:#7d2f74;--c14:#4f6b16;--c15:#5636a3;--c16:#c9497f;--c17:#9f6e08;--c18:#276b4f;--c19:#7a8699}
nav{display:none}.scroll{overflow:visible}.fit svg,svg{max-width:100%;height:auto}main,header,footer{max-width:none}body{font-size:11px}}
`;
