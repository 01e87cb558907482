// What the toolbar writes, and where.
const ITEM = /^(?:[-*+] |\d+\. )/;

const SPANISH = {
  deeper: "/// deeper | ¿Por qué?\nLo que quiera saber quien desea más detalle.\n///",
  activity: "/// activity | Título de la actividad\n    minutes: 20\n    output: team-notes\n\nQué hacer, paso a paso.\n///",
  worked: "/// worked\nQué salió bien y por qué.\n///",
  failed: "/// failed\nQué no salió y por qué.\n///",
  history: "/// history | 1997\nCómo era entonces.\n///",
  law: "/// law | Nombre de la norma\n    certainty: unconfirmed\n\nQué dice, con palabras sencillas.\n///",
  note: "/// note\nLo que conviene saber.\n///",
  single: "/// question | ¿Cuál es la respuesta?\n    id: ID\n\n- [ ] Una que no es\n      > Por qué no.\n- [x] La que es\n      > Por qué sí.\n///",
  multiple: "/// question | ¿Cuáles son ciertas?\n    id: ID\n    kind: multiple\n\n- [x] Una cierta\n- [x] Otra cierta\n- [ ] Una que no es\n///",
  true_false: "/// question | Una afirmación.\n    id: ID\n\n- [x] Verdadero\n- [ ] Falso\n///",
  numeric: "/// question | ¿Cuánto es?\n    id: ID\n\n= 67.7 ± 0.5 %\n///",
  match: "/// question | ¿Qué va con qué?\n    id: ID\n\n- Río, 1992 -> Agenda 21\n- Estambul, 1996 -> Ciudades\n///",
  order: "/// question | ¿En qué orden se hace?\n    id: ID\n\n1. Primero\n2. Después\n3. Al final\n///",
};

const ENGLISH = {
  deeper: "/// deeper | Why?\nWhat somebody may like to know who wants more detail.\n///",
  activity: "/// activity | Title of the activity\n    minutes: 20\n    output: team-notes\n\nWhat to do, step by step.\n///",
  worked: "/// worked\nWhat went well, and why.\n///",
  failed: "/// failed\nWhat did not, and why.\n///",
  history: "/// history | 1997\nHow it was then.\n///",
  law: "/// law | Name of the norm\n    certainty: unconfirmed\n\nWhat it says, in plain words.\n///",
  note: "/// note\nWhat is good to know.\n///",
  single: "/// question | Which is the answer?\n    id: ID\n\n- [ ] One that is not\n      > Why not.\n- [x] The one that is\n      > Why.\n///",
  multiple: "/// question | Which are true?\n    id: ID\n    kind: multiple\n\n- [x] A true one\n- [x] Another true one\n- [ ] One that is not\n///",
  true_false: "/// question | A statement.\n    id: ID\n\n- [x] True\n- [ ] False\n///",
  numeric: "/// question | How much is it?\n    id: ID\n\n= 67.7 ± 0.5 %\n///",
  match: "/// question | What goes with what?\n    id: ID\n\n- Rio, 1992 -> Agenda 21\n- Istanbul, 1996 -> Cities\n///",
  order: "/// question | In which order is it done?\n    id: ID\n\n1. First\n2. Then\n3. At the end\n///",
};

// In the language of the file, not of the page.
const BLOCKS = { es: SPANISH, en: ENGLISH };

// A block stands between empty lines; a question gets an id that the text does not have yet.
export function block(name, text, language) {
  let number = 1;
  const stem = location.pathname.split("/").pop().replace(/\.md$/, "").replace(/^\d+-/, "").replace(/[^a-z0-9-]+/g, "-");
  const made = () => `${stem}-pregunta-${number}`.replace(/^-+/, "");
  while (text.includes(`id: ${made()}`)) number += 1;
  return (BLOCKS[language] || SPANISH)[name].replace("ID", made());
}

// As its own paragraph, whatever stands around.
export function apart(piece, before, after) {
  const above = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const below = after.startsWith("\n\n") ? "" : !after || after.startsWith("\n") ? "\n" : "\n\n";
  return above + piece + below;
}

// A list needs an empty line above, unless it is the text's first or another item stands there.
export function gapAbove(before) {
  const line = before.slice(before.lastIndexOf("\n", before.length - 2) + 1);
  return !before.trim() || before.endsWith("\n\n") || ITEM.test(line.trimStart()) ? "" : "\n";
}

// The level of the last heading above: 1 where there is none.
export function levelAt(text) {
  const found = [...text.matchAll(/^(#{2,6}) /gm)].pop();
  return found ? found[1].length : 1;
}

// Each line of the selection with a mark before it, or without where all have it.
export function marked(lines, mark) {
  const full = lines.filter((line) => line.trim());
  if (!full.length) return [mark(1)];
  const isMarked = full.every((line, at) => line.startsWith(mark(at + 1)));
  let n = 0;
  return lines.map((line) => {
    if (!line.trim()) return line;
    n += 1;
    return isMarked ? line.slice(mark(n).length) : mark(n) + line.replace(ITEM, "");
  });
}
