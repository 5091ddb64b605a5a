/**
 * For elements that are used again and again: writers that touch the page only where what they write has changed. The
 * page must not be changed beside them.
 */

/** Appends a text to the element. */
export function textWriter(element: Element): (text: string) => void {
  const node = document.createTextNode('');
  element.append(node);
  let shown = '';
  return (text) => {
    if (text === shown) return;
    shown = text;
    node.data = text;
  };
}

/** Undefined takes the attribute away. */
export function attributeWriter(element: Element, name: string): (value: string | undefined) => void {
  let shown: string | undefined;
  return (value) => {
    if (value === shown) return;
    shown = value;
    if (value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value);
  };
}
