extension HTMLPage {
  static let style: HTML = """
    :root {
      color-scheme: light dark;
      --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --paper: #fff; --card: #f6f8fa;
      --good: #116329; --bad: #b42318; --unsure: #8a4b00; --bar: #2f6fb3; --off: #b45309;
      --s0: #2f6fb3; --s1: #d97706; --s2: #2f8f5b; --s3: #b8408f; --s4: #6d5bd0;
      --s5: #0e8ea3; --s6: #b0403a; --s7: #7a8a1c; --s8: #8c6a4f; --s9: #9aa4af;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ink: #e6e8eb; --soft: #9aa4af; --line: #363c44; --paper: #14171b; --card: #1d2126;
        --good: #4ade80; --bad: #ff8a80; --unsure: #fbbf24; --bar: #6aa9e9; --off: #f5a04b;
        --s0: #6aa9e9; --s1: #f2a541; --s2: #5fc78f; --s3: #e58ac6; --s4: #a99bf5;
        --s5: #4fc3d4; --s6: #ec8078; --s7: #b9c94f; --s8: #c7a486; --s9: #6b747e;
      }
    }
    * { box-sizing: border-box; }
    body { margin: 0; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; color: var(--ink); background: var(--paper); }
    main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
    h1 { margin: 0 0 .25rem; font-size: 1.45rem; line-height: 1.25; overflow-wrap: anywhere; }
    h2 { margin: 2.25rem 0 .35rem; font-size: 1.1rem; }
    p { margin: .25rem 0 .75rem; overflow-wrap: anywhere; }
    header p { margin: 0; }
    pre { overflow-x: auto; font-size: .85rem; }
    .soft, caption, .axis { color: var(--soft); font-size: .875rem; }
    .good { color: var(--good); } .bad { color: var(--bad); } .unsure { color: var(--unsure); }
    .badge { display: inline-block; padding: 0 .55rem; border: 1px solid; border-radius: 1rem; font-size: .8rem; font-weight: 600; vertical-align: .1em; white-space: nowrap; }
    .card { margin: 1rem 0; padding: .8rem 1rem; border: 1px solid var(--line); border-left: .35rem solid currentColor; border-radius: .4rem; background: var(--card); }
    .card > * { color: var(--ink); } .card > .soft { color: var(--soft); }
    .card h2, .card h3 { margin: 0; font-size: 1.25rem; color: inherit; }
    .card h3 { font-size: 1rem; } .card p { margin: .2rem 0 0; }
    dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.4rem, 1fr)); gap: .75rem; margin: 1rem 0; }
    dl div { padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .4rem; }
    dt { color: var(--soft); font-size: .8rem; } dd { margin: 0; font-size: 1.3rem; font-weight: 600; overflow-wrap: anywhere; }
    dd small { display: block; font-size: .8rem; font-weight: 400; color: var(--soft); }
    dl.facts { display: block; } .facts div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .3rem 0; border: 0; border-bottom: 1px solid var(--line); border-radius: 0; }
    .facts dt { flex: 0 0 8rem; font-size: .875rem; } .facts dd { flex: 1 1 14rem; font-size: .95rem; font-weight: 400; }
    table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
    caption { text-align: left; padding-bottom: .4rem; }
    th, td { padding: .2rem .6rem .2rem 0; text-align: left; vertical-align: middle; }
    th { font-weight: 400; overflow-wrap: anywhere; } thead th { color: var(--soft); font-size: .8rem; white-space: nowrap; }
    td.n, th.n { text-align: right; white-space: nowrap; padding-right: 0; padding-left: .6rem; } .n + td:not(.n), .n + th:not(.n) { padding-left: 1.2rem; }
    table.narrow { width: auto; }
    table.fixed { table-layout: fixed; } .fixed th:first-child { width: 31%; } .fixed td.track { width: auto; } .fixed .n { width: 5.4rem; } .fixed .end { width: 24%; }
    td.track svg { min-width: 3rem; }
    .scroll { overflow-x: auto; } .scroll th, .scroll td { white-space: nowrap; border-bottom: 1px solid var(--line); }
    .hidden td { color: var(--soft); font-style: italic; }
    svg { display: block; width: 100%; overflow: visible; } .track svg { height: 1.1rem; }
    .area { height: 15rem; overflow: hidden; background: var(--card); } .strip { height: 3rem; overflow: hidden; background: var(--card); }
    .area path { stroke: var(--paper); stroke-width: 1.5; vector-effect: non-scaling-stroke; } .area .flat { stroke: none; }
    figure { margin: .5rem 0; } .plot { position: relative; }
    .plot b { position: absolute; transform: translate(-50%, -50%); min-width: 1.3rem; padding: 0 .3rem; border-radius: .7rem; background: var(--paper); color: var(--ink); font-size: .75rem; line-height: 1.3rem; text-align: center; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    .axis { display: flex; justify-content: space-between; gap: .5rem; } .ticks { position: relative; height: 1.4rem; } .ticks span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
    .legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: .4rem 0; padding: 0; list-style: none; font-size: .875rem; }
    .legend li { display: flex; align-items: center; gap: .4rem; overflow-wrap: anywhere; } .legend svg { flex: none; width: 1.6rem; height: .9rem; }
    details { margin: .5rem 0; } summary { cursor: pointer; color: var(--soft); font-size: .875rem; }
    .ground { fill: var(--card); } .bar { fill: var(--bar); } .off { fill: var(--off); } .band { fill: var(--ink); opacity: .13; }
    .mark { stroke: var(--ink); stroke-width: 2; } .thin { stroke: var(--bar); stroke-width: 2; } .light { fill: var(--bar); opacity: .45; }
    .grid { stroke: var(--line); stroke-width: 1; } .lost { fill: var(--bad); } .sign { fill: var(--off); stroke: var(--paper); stroke-width: 1; } .end { stroke: var(--bad); stroke-width: 2.5; fill: none; }
    .s0 { fill: var(--s0); } .s1 { fill: var(--s1); } .s2 { fill: var(--s2); } .s3 { fill: var(--s3); } .s4 { fill: var(--s4); }
    .s5 { fill: var(--s5); } .s6 { fill: var(--s6); } .s7 { fill: var(--s7); } .s8 { fill: var(--s8); } .s9 { fill: var(--s9); }
    @media (max-width: 40rem) { .wide, .ticks span:not(:first-child):not(:last-child) { display: none; } h1 { font-size: 1.2rem; } th, td { font-size: .9rem; } td.n, th.n { padding-left: .4rem; } .fixed th:first-child { width: 31%; } .fixed .n { width: 4.2rem; } .times .n { width: 5rem; } .area { height: 11rem; } .facts dt { flex-basis: 100%; } }
    @media print {
      :root {
        color-scheme: light;
        --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --card: #f4f4f4; --good: #116329; --bad: #b42318; --unsure: #8a4b00; --bar: #2f6fb3; --off: #b45309;
        --s0: #2f6fb3; --s1: #d97706; --s2: #2f8f5b; --s3: #b8408f; --s4: #6d5bd0; --s5: #0e8ea3; --s6: #b0403a; --s7: #7a8a1c; --s8: #8c6a4f; --s9: #9aa4af;
      }
      body { font-size: 11pt; } main { max-width: none; padding: 0; }
      h2, caption { break-after: avoid; } tr, .card, figure, dl div { break-inside: avoid; } thead { display: table-header-group; }
      details:not([open]) { display: none; } .scroll { overflow: visible; font-size: 7.5pt; } .scroll th, .scroll td { white-space: normal; }
    }
    """
}
