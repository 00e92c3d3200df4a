import { type Markup, styleSheet } from '../../map/markup.ts';
import { style } from '../../map/palette.ts';

/** The colours and the type of the map, and how a report of a campaign is laid out: from 400 px up, and on paper. */
export const pageStyle = (): readonly Markup[] => [
  style('auto'),
  styleSheet(
    [
      '*{box-sizing:border-box}',
      'html{-webkit-text-size-adjust:100%}',
      'body{margin:0;background:var(--fm-ground);color:var(--fm-ink);font-size:15px;line-height:1.5;color-scheme:light dark}',
      'main,header,footer{max-width:1180px;margin:0 auto;padding:0 20px}',
      // The verdict.
      '.top{background:var(--fm-sea);border-bottom:1px solid var(--fm-line)}',
      'header{padding-top:44px;padding-bottom:36px}',
      '.over{margin:0 0 14px;color:var(--fm-faint);font-size:14px}',
      'h1{margin:0;max-width:24em;font-size:clamp(25px,3.6vw,42px);line-height:1.16;font-weight:650;letter-spacing:-.018em;text-wrap:balance}',
      'h1 b{font-weight:inherit}.good{color:var(--fm-well)}.bad{color:var(--fm-sick)}.mind{color:var(--fm-drained)}',
      '.numbers{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:22px 26px;margin:34px 0 0;padding:0}',
      // Six in one row, in two or in three: none stands alone.
      '@media screen and (max-width:1023px){.numbers{grid-template-columns:repeat(3,minmax(0,1fr))}}@media screen and (max-width:599px){.numbers{grid-template-columns:repeat(2,minmax(0,1fr))}}',
      '.numbers div{display:flex;flex-direction:column-reverse;justify-content:flex-end}',
      '.numbers dd{margin:0;font-size:30px;line-height:1.15;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums}',
      '.numbers dt{color:var(--fm-faint);font-size:13px;line-height:1.35;margin-top:4px}',
      // Sections.
      'section{padding:44px 0 8px}section+section{border-top:1px solid var(--fm-line);margin-top:36px}',
      'h2{margin:0 0 4px;font-size:22px;line-height:1.25;font-weight:650;letter-spacing:-.012em}',
      'h3{margin:0 0 6px;font-size:14px;font-weight:600}',
      '.says{margin:0 0 22px;max-width:44em;font-size:17px;line-height:1.45;text-wrap:pretty}',
      '.reading{margin:14px 0 0;max-width:72em;font-size:13px;color:var(--fm-faint);text-wrap:pretty}.plot+.reading,.two+.reading{margin-top:36px}',
      '.two{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:34px 48px}',
      '@media screen and (max-width:859px){.two{grid-template-columns:minmax(0,1fr)}}',
      '.key{display:flex;flex-wrap:wrap;gap:4px 18px;margin:14px 0 0;padding:0;list-style:none;font-size:13px;color:var(--fm-faint)}',
      '.key i{display:inline-block;width:12px;height:12px;margin-right:6px;border-radius:2px;vertical-align:-1px}',
      // Plots.
      'h3+.plot{margin-top:12px}',
      '.plot{position:relative;margin:0 8px 26px 46px}',
      '.canvas{display:block;width:100%;height:100%;overflow:visible}',
      '.line{fill:none;stroke-width:2;vector-effect:non-scaling-stroke;stroke-linejoin:round}',
      '.dashes{fill:none;stroke-width:1.5;stroke-dasharray:4 4;vector-effect:non-scaling-stroke}',
      '.area{fill-opacity:.2}',
      '.grid{stroke:var(--fm-line);stroke-width:1;vector-effect:non-scaling-stroke}',
      '.plot span{position:absolute;font-size:12px;line-height:1.2;white-space:nowrap;font-variant-numeric:tabular-nums}',
      '.up{right:100%;padding-right:8px;transform:translateY(50%);color:var(--fm-faint)}',
      '.across{top:100%;padding-top:7px;transform:translateX(-50%);color:var(--fm-faint)}',
      '.across.first{transform:none}.across.last{transform:translateX(-100%)}',
      '.note{padding:0 6px;font-weight:600}',
      // Times to repair: one strip for each kind.
      '.strips{display:grid;gap:0}',
      '.strip{display:grid;grid-template-columns:190px minmax(0,1fr) 190px;gap:0 16px;align-items:end;border-bottom:1px solid var(--fm-line);padding-top:12px}',
      '.strip b{display:block;font-weight:600;color:var(--fm-ink)}.strip p{margin:0 0 8px;font-size:13px;line-height:1.35;color:var(--fm-faint)}.strip p:last-child{text-align:right}',
      '.strip .canvas{height:58px}.strip.tall .canvas{height:112px}.strip p:last-child{max-width:17em;justify-self:end}',
      '.strip.axis{border:0;padding-top:0;height:24px;align-items:start}.strip.axis .plot{margin:0;width:100%}',
      '@media screen and (max-width:640px){.strip{grid-template-columns:minmax(0,1fr) auto;align-items:start}.strip>:nth-child(2){grid-column:1/-1;grid-row:2}.strip.axis>:nth-child(2){grid-row:1}.strip p{margin-bottom:2px}}',
      // What happened.
      '.families{columns:2;column-gap:48px}@media screen and (max-width:859px){.families{columns:1}}',
      '.family{break-inside:avoid;margin:0 0 26px}',
      '.bars{display:grid;grid-template-columns:minmax(0,max-content) minmax(60px,1fr) max-content;gap:3px 12px;align-items:center;font-size:13px;line-height:1.4;font-variant-numeric:tabular-nums}',
      '.never-once{margin:8px 0 0;font-size:13px;color:var(--fm-faint)}',
      '.bars .bar{display:flex;height:10px}.bars i{display:block;height:100%}.bars .right{text-align:right;color:var(--fm-faint)}',
      // The coverage: a square like the plots, with names beside its rows and over its columns.
      '.matrix{display:grid;grid-template-columns:minmax(118px,max-content) minmax(0,1fr) 42px;font-size:12px;line-height:16px}',
      '.matrix .names{grid-column:1;padding-right:10px;text-align:right;overflow:hidden}.matrix .names span{display:block;height:16px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;max-width:236px;margin-left:auto}',
      '.matrix .names .head{color:var(--fm-faint);font-weight:600;height:30px;padding-top:12px}',
      '.matrix .shares{color:var(--fm-faint);text-align:right;font-variant-numeric:tabular-nums}.matrix .shares span{display:block;height:16px}.matrix .shares .head{height:30px}',
      '.matrix g:hover rect{stroke:var(--fm-ink);stroke-width:2;vector-effect:non-scaling-stroke}',
      '.matrix svg{display:block;width:100%}',
      // Turned back, so that words are read from below and end at their column.
      '.columns{position:relative;grid-column:2;height:86px;margin-bottom:-26px}',
      '.columns span{position:absolute;bottom:0;writing-mode:vertical-rl;transform:rotate(180deg);margin-left:-5.5px;white-space:nowrap;color:var(--fm-faint);font-size:11px;line-height:11px}',
      '.workflows{position:relative;grid-column:2;height:62px;margin-bottom:6px}.workflows span{position:absolute;bottom:0;padding-bottom:4px;border-bottom:3px solid var(--fm-joining);font-size:11.5px;line-height:1.2;font-weight:600}.workflows i{display:block;font-style:normal;font-weight:400;color:var(--fm-faint);white-space:nowrap}',
      '@media screen and (max-width:1099px){.columns span{font-size:9.5px}}',
      '@media screen and (max-width:859px){.columns,.matrix .shares{display:none}.matrix{font-size:10.5px;grid-template-columns:132px minmax(0,1fr)}.workflows{height:118px;margin-bottom:-22px}.workflows span{writing-mode:vertical-rl;transform:rotate(180deg);padding:6px 0 0;border-bottom:0;border-top:3px solid var(--fm-joining);font-weight:500;font-size:10.5px;line-height:1.1;display:flex;align-items:center}.workflows i{display:none}.matrix .names{overflow:visible}.matrix .names .head{overflow:visible;max-width:none;text-align:left}}',
      '.n0{fill:var(--fm-line);fill-opacity:.55}.n1,.n2,.n3,.n4,.n5{fill:var(--fm-joining)}.n1{fill-opacity:.22}.n2{fill-opacity:.4}.n3{fill-opacity:.6}.n4{fill-opacity:.8}.n5{fill-opacity:1}',
      '.hole{fill:var(--fm-faint);fill-opacity:.32}.few .hole{fill-opacity:1}.never{fill:url(#never)}.wrong{fill:var(--fm-drained)}',
      '.swatch{width:14px;height:12px;display:inline-block;vertical-align:-1px;margin-right:6px}',
      '.folded{columns:2;column-gap:48px;font-size:13px;margin:14px 0 0;padding:0;list-style:none}.folded li{break-inside:avoid;padding:2px 0}@media screen and (max-width:859px){.folded{columns:1}}',
      // Tables and lists.
      '.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}',
      'th,td{text-align:left;vertical-align:top;padding:6px 16px 6px 0;border-bottom:1px solid var(--fm-line)}th{color:var(--fm-faint);font-weight:500;white-space:nowrap}td.number,th.number{text-align:right}',
      'td.narrow{white-space:nowrap}td.long{min-width:260px;overflow-wrap:anywhere}',
      'code{font:12.5px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;user-select:all}',
      '.rules{columns:2;column-gap:48px;margin:22px 0 0;padding:0;list-style:none;font-size:13px}@media screen and (max-width:859px){.rules{columns:1}}',
      '.rules li{break-inside:avoid;padding:5px 0 5px 22px;position:relative;color:var(--fm-faint)}.rules b{color:var(--fm-ink);font-weight:600}',
      '.rules li::before{position:absolute;left:0;content:"✓";color:var(--fm-well);font-weight:700}.rules li.broken::before{content:"✗";color:var(--fm-sick)}',
      'footer{padding-top:26px;padding-bottom:60px;color:var(--fm-faint);font-size:13px}',
      'details summary{cursor:pointer;font-size:13px;color:var(--fm-faint);margin-top:14px}',
      // On paper it is the wide page, made smaller.
      '@media print{*{print-color-adjust:exact;-webkit-print-color-adjust:exact}body{zoom:.66}main,header,footer{max-width:none}.says,.plot,.strips,.matrix,.family,tr{break-inside:avoid}h2,h3,.says{break-after:avoid}section{padding-top:30px}section+section{margin-top:22px}.wide{overflow:visible}td.narrow{white-space:normal}details{display:none}}',
      '@page{margin:14mm}',
    ].join(''),
  ),
];
