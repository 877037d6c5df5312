// Selected words of an article offer a note on them. The paragraph's own link does the same
// without this script; both name characters of the section's words as the server counts them.
const offer = document.querySelector("[data-passage-offer]");
const link = offer?.querySelector("a");
const BLOCKS = /^(P|H[2-6]|UL|OL|LI|BLOCKQUOTE|PRE|TABLE|THEAD|TBODY|TR|HR|TD|TH|BR)$/;
const OURS = ".passage-number, .passage-add";

// The last block of a part that was cut off goes on after it: no gap at its end.
function words(node, isLast = true) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType === Node.ELEMENT_NODE && node.matches(OURS)) return "";
  const inner = [...node.childNodes].map((child) => words(child, isLast && child === node.lastChild));
  if (!BLOCKS.test(node.nodeName)) return inner.join("");
  return ` ${inner.join("")}${isLast ? "" : " "}`;
}

// The server counts characters; a string here counts UTF-16 units.
const length = (text) => [...text].length;
const plain = (text) => text.replace(/\s+/g, " ").trimStart();

function upTo(prose, container, offset) {
  const range = document.createRange();
  range.setStart(prose, 0);
  range.setEnd(container, offset);
  return plain(words(range.cloneContents()));
}

function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const place = range.commonAncestorContainer;
  const prose = (place.nodeType === Node.TEXT_NODE ? place.parentElement : place).closest?.("[data-passages]");
  if (!prose) return null;
  const start = length(upTo(prose, range.startContainer, range.startOffset));
  const end = length(upTo(prose, range.endContainer, range.endOffset).trimEnd());
  return end > start ? { prose, start, end } : null;
}

let timer = 0;
if (link) {
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    // Moving on to the link itself must not take it away.
    if (document.activeElement === link) return;
    timer = setTimeout(() => {
      const found = selected();
      offer.hidden = !found;
      if (!found) return;
      link.href = `${found.prose.dataset.passages}&start=${found.start}&end=${found.end}`;
      // Tab leads from the selection to what follows the section.
      if (offer.previousElementSibling !== found.prose) found.prose.after(offer);
    }, 150);
  });
}
