const SVG = "http://www.w3.org/2000/svg";
const XLINK = "http://www.w3.org/1999/xlink";
const DOCUMENT = 0;
// Elements all `use` of a page may stand for together. Pages full of icons have a few thousand; a browser copies this many within a blink.
const budget = 20_000;

/**
 * Keeps drawings from growing without bound: ten groups that each use the one before ten times are ten thousand million elements, and the tab never answers again.
 *
 * This is counted in the page that is shown, right after a change and before the browser lays it out: recorded events come in any order, and one of them alone does
 * not tell what it adds to what.
 */
export class Uses {
  #hasShadows = false;

  afterSnapshot(page) {
    this.#hasShadows = true;
    const roots = this.#roots(page);
    this.#hasShadows = roots.some((root) => root.host);
    roots.forEach(bound);
  }

  /** Only what is added, and names and references that change, can make a drawing grow. */
  afterMutation(page, { adds, attributes }) {
    if (adds.some(({ node }) => node.isShadow || node.isShadowHost || node.type === DOCUMENT)) this.#hasShadows = true;
    const isRenamed = ({ attributes: values }) => "id" in values || "href" in values || "xlink:href" in values;
    if (adds.length || attributes.some(isRenamed)) this.#roots(page).forEach(bound);
  }

  /** The page, the pages in its frames and their shadow roots: names count within one. Looking for shadow roots takes its time, so it is done where there were some. */
  #roots(page) {
    const roots = [page];
    for (const root of roots) {
      for (const element of root.querySelectorAll(this.#hasShadows ? "*" : "iframe, frame")) {
        if (element.shadowRoot) roots.push(element.shadowRoot);
        if (element.contentDocument) roots.push(element.contentDocument);
      }
    }
    return roots;
  }
}

/** Takes the references from those `use` that would exceed the budget. The elements stay, for later events speak of them. */
function bound(root) {
  const uses = root.querySelectorAll("use");
  if (!uses.length) return;
  const cost = costs(root, uses);
  let left = budget;
  // The small ones first: icons stay beside a drawing without end.
  const sums = [...uses].map((use) => ({ use, sum: references(use).reduce((total, name) => total + cost(name), 0) }));
  for (const { use, sum } of sums.sort((one, other) => (one.sum < other.sum ? -1 : Number(one.sum > other.sum)))) {
    if (sum <= left) {
      left -= sum;
      continue;
    }
    use.removeAttribute("href");
    use.removeAttributeNS(XLINK, "href");
  }
}

/** How many elements a name stands for. Of several with one name any may become the first, so all of them count. */
function costs(root, uses) {
  const named = grouped([...root.querySelectorAll("[id]")].filter((element) => element.namespaceURI === SVG), (element) => [element.id]);
  const inside = grouped(uses, holders);
  const known = new Map();
  const cost = (name) => {
    if (known.has(name)) return known.get(name);
    // What is asked for while it is being counted contains itself.
    known.set(name, Infinity);
    let sum = 0;
    for (const element of named.get(name) || []) sum += 1 + element.getElementsByTagName("*").length;
    for (const use of inside.get(name) || []) {
      if (sum > budget) break;
      for (const inner of references(use)) sum += cost(inner);
    }
    known.set(name, sum);
    return sum;
  };
  return (name) => (name === undefined ? Infinity : cost(name));
}

/** Names of the elements around a `use`, each once. */
function holders(use) {
  const names = new Set();
  for (let element = use.parentElement; element; element = element.parentElement) {
    if (element.id && element.namespaceURI === SVG) names.add(element.id);
  }
  return names;
}

function grouped(elements, names) {
  const groups = new Map();
  for (const element of elements) {
    for (const name of names(element)) {
      const group = groups.get(name);
      if (group) group.push(element);
      else groups.set(name, [element]);
    }
  }
  return groups;
}

/** The names a `use` refers to, read as a browser reads addresses; undefined for one that only a browser can read. */
function references(use) {
  const names = new Set();
  for (const value of [use.getAttribute("href"), use.getAttributeNS(XLINK, "href")]) {
    if (!value) continue;
    try {
      const { hash } = new URL(value, "https://page.invalid/");
      if (hash) names.add(decodeURIComponent(hash.slice(1)));
    } catch {
      names.add(undefined);
    }
  }
  return [...names];
}
