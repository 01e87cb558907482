// What comes from Word, Google Docs or LibreOffice, as the Markdown that lessons are written in.
import TurndownService from "turndown";

const WORD_LIST = /mso-list:\s*l\d+\s+level(\d+)/i;
const NUMBER = /^\s*(?:\(?\d+[.)]|\(?[a-z]{1,3}[.)]|[ivxlc]+[.)])\s*$/i;
const JUNK = "script, style, meta, link, title, xml, head, o\\:p, colgroup, col, input, button, svg, iframe, object";
const BLOCKS = "p, div, h1, h2, h3, h4, h5, h6, ul, ol, table, blockquote, pre";

// `level`: the deepest heading above the place of the paste; headings are fitted below it.
export function markdownOf(html, { level = 1 } = {}) {
  const page = new DOMParser().parseFromString(html.replace(/<!--\[if[\s\S]*?<!\[endif\]-->/gi, ""), "text/html");
  const body = page.body;
  dropComments(body);
  for (const node of body.querySelectorAll(JUNK)) node.remove();
  dropNotes(body);
  dropMarkers(body);
  wordLists(body);
  plainStyles(body);
  for (const node of [...body.querySelectorAll("*")]) if (node.tagName.includes(":")) unwrap(node);
  fitHeadings(body, level);
  return tidy(service().turndown(body.innerHTML));
}

function dropComments(body) {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  for (const node of found) node.remove();
}

// Word's footnotes and comments: the numbers in the text lead nowhere here, and their list goes with them.
function dropNotes(body) {
  for (const node of body.querySelectorAll('[style*="mso-element:footnote-list"], [style*="mso-element:endnote-list"], [style*="mso-element:comment-list"], .MsoCommentReference, [style*="mso-special-character:comment"], [id^="cmnt"], [href^="#cmnt"]')) {
    (node.closest("sup") || node).remove();
  }
  for (const link of body.querySelectorAll('a[href*="_ftn"], a[href*="_edn"], a[name*="_ftn"], a[href^="#ftnt"], a[href*="sdfootnote"]')) {
    const note = link.closest('[id^="ftn"], [id^="edn"], [id^="sdfootnote"]');
    (note || link.closest("sup") || link).remove();
  }
  for (const link of body.querySelectorAll("a[name]:not([href])")) unwrap(link);
}

// "Displayed by lists" of Word: its own bullets, which stand in the text between conditional comments.
function dropMarkers(body) {
  for (const node of body.querySelectorAll('[style*="mso-list:Ignore" i], [style*="mso-list: Ignore" i]')) {
    const paragraph = node.closest("p, h1, h2, h3, h4, h5, h6, li");
    if (paragraph && NUMBER.test(node.textContent.replace(/\u00a0/g, " "))) paragraph.dataset.numbered = "";
    node.remove();
  }
}

// Paragraphs that Word shows as a list, as a list.
function wordLists(body) {
  const document = body.ownerDocument;
  for (const first of [...body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    if (!first.isConnected || first.closest("li") || !levelOf(first)) continue;
    const items = [first];
    for (let next = first.nextElementSibling; next && levelOf(next); next = next.nextElementSibling) items.push(next);
    const place = document.createElement("div");
    first.before(place);
    const stack = [];
    for (const item of items) {
      const depth = levelOf(item);
      while (stack.length > depth) stack.pop();
      while (stack.length < depth) {
        const list = document.createElement("numbered" in item.dataset ? "ol" : "ul");
        const parent = stack.length ? stack[stack.length - 1].lastElementChild || stack[stack.length - 1].appendChild(document.createElement("li")) : place;
        parent.append(list);
        stack.push(list);
      }
      const entry = document.createElement("li");
      entry.append(...item.childNodes);
      stack[stack.length - 1].append(entry);
      item.remove();
    }
    unwrap(place);
  }
}

function levelOf(node) {
  const style = (node.getAttribute && node.getAttribute("style")) || "";
  const found = WORD_LIST.exec(style);
  if (found) return Math.min(Number(found[1]), 6);
  return /MsoListParagraph/.test(node.className) && "numbered" in node.dataset ? 1 : 0;
}

// Styles that mean something become tags; the others go.
function plainStyles(body) {
  for (const node of [...body.querySelectorAll("b, strong")]) {
    if (/font-weight:\s*(normal|[1-4]00)/i.test(node.getAttribute("style") || "")) unwrap(node);
  }
  for (const node of [...body.querySelectorAll("i, em")]) {
    if (/font-style:\s*normal/i.test(node.getAttribute("style") || "")) unwrap(node);
  }
  for (const node of [...body.querySelectorAll("span, font")]) {
    const style = node.getAttribute("style") || "";
    const isHeading = node.closest("h1, h2, h3, h4, h5, h6, th");
    const isBold = /font-weight:\s*(bold|[6-9]00)/i.test(style) && !isHeading && !node.closest("b, strong");
    const isItalic = /font-style:\s*italic/i.test(style) && !node.closest("i, em");
    const text = node.textContent.trim();
    let inside = [...node.childNodes];
    for (const [wanted, name] of [[isItalic, "em"], [isBold, "strong"]]) {
      if (!wanted || !text) continue;
      const made = body.ownerDocument.createElement(name);
      made.append(...inside);
      inside = [made];
    }
    node.replaceWith(...inside);
  }
  for (const node of body.querySelectorAll("h1 strong, h2 strong, h3 strong, h4 strong, h5 strong, h6 strong, h1 b, h2 b, h3 b, h4 b, h5 b, h6 b, th strong, th b")) unwrap(node);
  for (const node of body.querySelectorAll("p.MsoTitle")) rename(node, "h1");
  for (const node of body.querySelectorAll("div")) if (node.querySelector(BLOCKS)) unwrap(node); else rename(node, "p");
  for (const link of body.querySelectorAll("a[href]")) {
    const through = /^https?:\/\/www\.google\.com\/url\?(?:.*&)?q=([^&]+)/.exec(link.getAttribute("href"));
    if (through) link.setAttribute("href", decodeURIComponent(through[1]));
    if (!/^(https?:|mailto:|tel:)/i.test(link.getAttribute("href"))) unwrap(link);
  }
}

// The first heading of what is pasted stands one below the heading above; a lesson's own begin with ##.
function fitHeadings(body, level) {
  const headings = [...body.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  for (const empty of headings.filter((node) => !node.textContent.trim())) empty.remove();
  const used = [...new Set(headings.filter((node) => node.isConnected).map((node) => Number(node.tagName[1])))].sort();
  const top = Math.max(2, Math.min(level, 4));
  for (const node of headings) {
    if (node.isConnected) rename(node, `h${Math.min(6, top + used.indexOf(Number(node.tagName[1])))}`);
  }
}

function service() {
  const made = new TurndownService({ headingStyle: "atx", bulletListMarker: "-", codeBlockStyle: "fenced", emDelimiter: "*", strongDelimiter: "**" });
  made.escape = (text) => text.replace(/([\\`*_[\]{}])/g, "\\$1").replace(/<(?=[a-z/!])/gi, "\\<").replace(/^(\s*)([-+#>])(?=\s)/, "$1\\$2").replace(/^(\s*\d+)\.(?=\s)/, "$1\\.").replace(/^(\/\/\/)/, "\\$1");
  made.addRule("item", {
    filter: "li",
    replacement: (content, node) => {
      const list = node.parentNode;
      const start = Number(list.getAttribute("start")) || 1;
      const mark = list.nodeName === "OL" ? `${start + [...list.children].indexOf(node)}. ` : "- ";
      const text = content.trim().replace(/\n{2,}(?=\s*(?:-|\d+\.) )/g, "\n").replace(/\n/g, "\n    ");
      return text ? `${mark}${text}\n` : "";
    },
  });
  made.addRule("picture", { filter: "img", replacement: () => "" });
  made.addRule("plain", { filter: ["sub", "u", "s", "del", "strike", "sup"], replacement: (content) => content });
  made.addRule("table", { filter: "table", replacement: (_content, node) => `\n\n${tableOf(node, made)}\n\n` });
  return made;
}

// Every row gets as many cells as the widest; a frame of one cell is no table.
function tableOf(table, made) {
  const rows = [...table.rows].map((row) => [...row.cells].flatMap((cell) => {
    const text = made.turndown(cell.innerHTML || " ").replace(/\s*\n+\s*/g, " ").replace(/\|/g, "\\|").trim();
    return [text, ...Array(Math.min(Math.max(cell.colSpan - 1, 0), 20)).fill("")];
  })).filter((cells) => cells.some(Boolean));
  if (!rows.length) return "";
  const width = Math.max(...rows.map((cells) => cells.length));
  rows[0] = rows[0].map((text) => text.replace(/^\*\*([^*]*)\*\*$/, "$1")); // a heading is bold anyway
  if (width === 1) return rows.map(([text]) => text).join("\n\n");
  const lines = rows.map((cells) => `| ${[...cells, ...Array(width - cells.length).fill("")].join(" | ")} |`);
  return [lines[0], `|${" --- |".repeat(width)}`, ...lines.slice(1)].join("\n");
}

function tidy(text) {
  return text
    .replace(/[\u00a0\u2007\u202f]/g, " ")
    .replace(/[\u200b\u200c\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/\t/g, "    ")
    .replace(/(\S) {2,}(?=\S)/g, "$1 ")
    .replace(/[ ]+$/gm, "")
    .replace(/\*\*(\s*)\*\*/g, "$1")
    .replace(/\n{3,}/g, "\n\n")
    .trim()
    .normalize("NFC");
}

function unwrap(node) {
  node.replaceWith(...node.childNodes);
}

function rename(node, name) {
  const made = node.ownerDocument.createElement(name);
  made.append(...node.childNodes);
  node.replaceWith(made);
}
