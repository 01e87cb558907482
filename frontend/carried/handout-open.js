// The first script of a theme's file: unpacks its questions, its data and the script that works with
// them. A browser too old for it leaves the notice that says so, and the lessons can be read.
import { inflateSync, strFromU8 } from "fflate";

const packed = Uint8Array.from(atob(document.getElementById("packed").textContent), (letter) => letter.charCodeAt(0));
const { script, data, questions } = JSON.parse(strFromU8(inflateSync(packed)));
questions.forEach((html, place) => {
  if (html) document.getElementById(`l${place + 1}-questions`).innerHTML = html;
});
add("application/json", data).id = "data";
add("text/javascript", script);

function add(type, text) {
  const made = document.createElement("script");
  made.type = type;
  made.textContent = text;
  return document.body.appendChild(made);
}
