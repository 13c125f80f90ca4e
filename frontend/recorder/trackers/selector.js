// The short name of an element.

/** `tag#id`, else `tag.class1.class2`, else `tag`. From attributes: a field named "id" hides the property of its form. */
export function selectorOf(element) {
  const tag = element.localName.toLowerCase();
  const id = element.getAttribute("id");
  if (id) return `${tag}#${id}`;
  const classes = (element.getAttribute("class") || "").split(/\s+/).filter(Boolean);
  return [tag, ...classes.slice(0, 2)].join(".");
}
