/** Documentation pages in the order of the navigation. */
const PAGES = [
  ['/docs', 'Start'],
  ['/docs/rest', 'REST'],
  ['/docs/events', 'Commands and events'],
  ['/docs/asyncapi', 'AsyncAPI'],
  ['/docs/errors', 'Errors'],
] as const;

interface PageParts {
  style?: string;
  /** Navigation within the page, beside the body or, on a narrow screen, above it. */
  sidebar?: string;
  /** Path of a script of this server. */
  script?: string;
}

/** Self-contained page. Follows the light or dark color scheme of the system. */
export function renderPage(
  path: string,
  title: string,
  body: string,
  { style = '', sidebar, script }: PageParts = {},
): string {
  const main = `<main>
<h1>${title}</h1>
${body}
</main>`;
  return renderDocument(
    path,
    title,
    `<style>${BASE}${style}</style>`,
    [
      sidebar ? `<div class="columns">\n<aside>${sidebar}</aside>\n${main}\n</div>` : main,
      ...(script ? [`<script src="${script}"></script>`] : []),
    ].join('\n'),
  );
}

/** Page below /docs with the navigation. */
export function renderDocument(path: string, title: string, head: string, body: string): string {
  const links = PAGES.map(([to, name]) =>
    to === path ? `<b aria-current="page">${name}</b>` : `<a href="${to}">${name}</a>`,
  );
  const titles = new Set([title, 'TMS Messaging Server']);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${[...titles].join(' · ')}</title>
<style>${NAV}</style>
${head}
<body>
<nav class="pages">${links.join('\n')}</nav>
${body}
</html>
`;
}

/** Page with the links to this server below a path prefix, under which clients reach it. */
export function addPathPrefix(html: string, prefix: string): string {
  return html.replace(/(\b(?:href|src)=")\//g, (_all, start: string) => `${start}${escapeHtml(prefix)}/`);
}

/** Description as HTML. Text in backticks becomes code. */
export function toHtml(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

/** Path with line break opportunities after slashes. */
export function toBreakablePath(text: string): string {
  return escapeHtml(text).replaceAll('/', '/<wbr>');
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

const NAV = `
  nav.pages { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: .8rem 1rem; border-bottom: 1px solid #8884; font: 16px/1.5 system-ui, sans-serif }
  nav.pages a { color: light-dark(#0a58ca, #8ab4f8) }
`;

const BASE = `
  :root { color-scheme: light dark; --line: #8884; --soft: #8881; --dim: light-dark(#555, #aaa) }
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0; overflow-wrap: break-word }
  main { max-width: 50rem; margin: 0 auto; padding: 0 1rem 4rem }
  h1 { line-height: 1.2 }
  a { color: light-dark(#0a58ca, #8ab4f8) }
  code, pre { font: .875em/1.5 ui-monospace, Menlo, Consolas, monospace }
  pre { background: var(--soft); padding: .8rem 1rem; border-radius: .4rem; overflow-x: auto }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; vertical-align: top; padding: .5rem .8rem .5rem 0; border-bottom: 1px solid var(--line) }
  td { overflow-wrap: anywhere }
  td:first-child { overflow-wrap: normal }
  tr:target, section:target h3 { background: #fd03 }
  @media (max-width: 40rem) {
    table.stacked, .stacked tbody, .stacked tr, .stacked td { display: block }
    .stacked thead { display: none }
    .stacked tr { padding: .5rem 0; border-bottom: 1px solid var(--line) }
    .stacked td { border: 0; padding: 0; overflow-wrap: anywhere }
  }
`;
