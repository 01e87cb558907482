"""What a finding says, and what to do about it, in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask_babel.speaklater import LazyString

from pegup.authoring.findings import Finding, Level
from pegup.web.language import gettext as _
from pegup.web.language import lazy, ngettext

WORDS: dict[str, tuple[LazyString, LazyString]] = {
    "folder-missing": (
        lazy("no existe esta carpeta"),
        lazy("revisa la ruta; un curso es una carpeta con course.md"),
    ),
    "course-missing": (
        lazy("falta course.md: sin él la carpeta no es un curso"),
        lazy("crea course.md con id y title; docs/content.md muestra cómo"),
    ),
    "module-missing": (
        lazy("la carpeta %(folder)s tiene lecciones, pero no module.md"),
        lazy("crea module.md con id y title"),
    ),
    "module-empty": (
        lazy("el módulo %(folder)s no tiene lecciones"),
        lazy("agrega una lección o quita la carpeta"),
    ),
    "file-unreadable": (
        lazy("este archivo no se puede leer"),
        lazy("revisa que exista, que sea un archivo y que tengas permiso"),
    ),
    "file-too-large": (
        lazy("el archivo pesa más de %(largest)s; no se abrió"),
        lazy("divídelo o redúcelo"),
    ),
    "file-too-many-lines": (
        lazy("el archivo tiene más de %(most)s líneas; no se leyó"),
        lazy("divídelo en varias lecciones"),
    ),
    "file-outside": (
        lazy("es un enlace a un archivo de fuera de la carpeta"),
        lazy("copia el archivo aquí"),
    ),
    "file-binary": (
        lazy("no es un archivo de texto"),
        lazy("guarda la lección como texto; las fotos van en media/"),
    ),
    "file-encoding": (
        lazy("hay una letra que no está en UTF-8"),
        lazy("en tu editor usa «Guardar con codificación» y elige UTF-8"),
    ),
    "file-unexpected": (
        lazy("este archivo no es parte del curso y no se usa"),
        lazy("las lecciones van en carpetas como 1-tema/1-leccion.md y las fotos en media/"),
    ),
    "too-many-files": (
        lazy("la carpeta tiene más de %(most)s archivos"),
        lazy("revisa que sea la carpeta de un solo curso"),
    ),
    "zip-broken": (
        lazy("este archivo .zip está dañado o no es un .zip; no se abrió"),
        lazy("vuelve a comprimir la carpeta del curso y envíala otra vez"),
    ),
    "zip-encrypted": (
        lazy("este archivo del .zip tiene contraseña"),
        lazy("comprime la carpeta sin contraseña"),
    ),
    "zip-link": (
        lazy("dentro del .zip hay un enlace en lugar de un archivo"),
        lazy("copia el archivo en la carpeta y comprímela otra vez"),
    ),
    "zip-name": (
        lazy("dentro del .zip hay una ruta que no puede estar en un curso"),
        lazy("comprime la carpeta del curso misma, con nombres cortos"),
    ),
    "zip-too-large": (
        lazy("el .zip, o lo que contiene, pasa de %(most)s"),
        lazy("revisa que sea un solo curso y que las fotos no sean enormes"),
    ),
    "zip-twice": (
        lazy("dentro del .zip hay dos archivos con este nombre"),
        lazy("deja uno solo; las mayúsculas no distinguen archivos en todas las computadoras"),
    ),
    "too-many-findings": (
        lazy("hay más de %(most)s cosas por corregir en este archivo; no se muestran más"),
        lazy("corrige estas y revisa otra vez"),
    ),
    "tab": (
        lazy("hay un tabulador"),
        lazy("usa espacios: cuatro por cada tabulador"),
    ),
    "translation-orphan": (
        lazy("es la traducción de %(original)s, que no existe"),
        lazy("crea el original o quita la traducción"),
    ),
    "translation-differs": (
        lazy("el id de la traducción es «%(found)s» y el del original «%(expected)s»"),
        lazy("escribe en la traducción el mismo id: %(expected)s"),
    ),
    "translation-lacks": (
        lazy("a la traducción le falta: %(ids)s"),
        lazy("copia del original, con su id, lo que falta, y tradúcelo"),
    ),
    "translation-adds": (
        lazy("la traducción tiene lo que no está en el original: %(ids)s"),
        lazy("¿quisiste decir «%(near)s»? Agrégalo al original o quítalo de aquí"),
    ),
    "translation-order": (
        lazy("la traducción tiene los mismos ids que el original, en otro orden"),
        lazy("ponlos en el orden del original"),
    ),
    "front-matter-missing": (
        lazy("el archivo no empieza con «---» y sus datos"),
        lazy("escribe al inicio: ---, id, title, ---"),
    ),
    "front-matter-unclosed": (
        lazy("los datos del inicio no terminan con «---»"),
        lazy("escribe --- en una línea sola después del último dato"),
    ),
    "front-matter-malformed": (
        lazy("los datos no se entienden: %(problem)s"),
        lazy("revisa los espacios; un texto con dos puntos va entre comillas"),
    ),
    "front-matter-alias": (
        lazy("los datos usan &, *, ! o demasiados niveles"),
        lazy("escribe cada valor completo; si el texto empieza con un signo, ponlo entre comillas"),
    ),
    "key-missing": (
        lazy("falta «%(key)s»"),
        lazy("agrega una línea «%(key)s: …» a los datos"),
    ),
    "key-unknown": (
        lazy("no conocemos «%(key)s»"),
        lazy("¿quisiste decir «%(near)s»? Se puede usar: %(known)s"),
    ),
    "key-twice": (
        lazy("«%(key)s» está dos veces"),
        lazy("deja una sola"),
    ),
    "value-wrong": (
        lazy("«%(key)s» no puede ser «%(value)s»"),
        lazy("se espera: %(expected)s"),
    ),
    "text-wanted": (
        lazy("«%(key)s» lleva un texto, y aquí dice «%(value)s»"),
        lazy('escribe un texto; si parece un número o una fecha, ponlo entre comillas: "1997"'),
    ),
    "text-long": (
        lazy("«%(key)s» tiene más de %(expected)s letras"),
        lazy("dilo más corto"),
    ),
    "id-malformed": (
        lazy("el id «%(value)s» no vale"),
        lazy(
            "¿quisiste decir «%(near)s»? Usa minúsculas sin tilde, números y guiones, hasta 80: causa-de-fondo"
        ),
    ),
    "id-twice": (
        lazy("el id «%(id)s» ya se usa en %(other)s"),
        lazy("cambia el más nuevo; el otro guarda el avance de las personas"),
    ),
    "when-unclear": (
        lazy("no entendemos la fecha «%(value)s»"),
        lazy(
            "¿quisiste decir «%(near)s»? Vale: semana 3; semana 3, viernes; final; o un día: 2027-03-05"
        ),
    ),
    "weights-not-100": (
        lazy("los pesos suman %(total)s y no 100"),
        lazy("reparte 100 entre todos"),
    ),
    "weights-module-unknown": (
        lazy("hay un peso para «%(module)s», que no es un módulo"),
        lazy("¿quisiste decir «%(near)s»? Usa el id del module.md"),
    ),
    "text-missing": (
        lazy("la lección no tiene texto"),
        lazy("escríbelo debajo de los datos del inicio"),
    ),
    "text-too-long": (
        lazy("el texto tiene más de %(most)s letras"),
        lazy("divídelo en varias lecciones"),
    ),
    "text-too-deep": (
        lazy("el texto tiene demasiados niveles uno dentro de otro, o demasiados signos * _ `"),
        lazy("usa listas y citas de pocos niveles, y los signos solo donde hacen falta"),
    ),
    "heading-level": (
        lazy("el subtítulo con «%(level)s» salta un nivel o usa el del título"),
        lazy("empieza con ## y baja de uno en uno; aquí puede ser hasta «%(most)s»"),
    ),
    "list-not-apart": (
        lazy("la lista está pegada al párrafo y se verá como texto corrido"),
        lazy("deja una línea vacía antes de la lista"),
    ),
    "table-not-apart": (
        lazy("la tabla está pegada al párrafo y se verá como texto corrido"),
        lazy("deja una línea vacía antes de la tabla"),
    ),
    "table-no-rule": (
        lazy("a la tabla le falta la línea de guiones y se verá como texto corrido"),
        lazy("debajo de la primera fila escribe: %(rule)s"),
    ),
    "table-row": (
        lazy("esta fila tiene %(found)s celdas y la tabla %(expected)s columnas"),
        lazy("cuenta las barras |; dentro de una celda escribe \\|"),
    ),
    "raw-html": (
        lazy("hay HTML: «%(tag)s»"),
        lazy("escribe Markdown; si quieres mostrar el signo, ponlo entre acentos graves: `<`"),
    ),
    "link-broken": (
        lazy("el enlace «%(target)s» no lleva a ninguna parte"),
        lazy("¿quisiste decir «%(near)s»? Enlaza el archivo de la lección: [texto](1-leccion.md)"),
    ),
    "link-scheme": (
        lazy("el enlace «%(target)s» no se permite"),
        lazy("los enlaces empiezan con https://, mailto: o tel:"),
    ),
    "picture-missing": (
        lazy("no existe la foto «%(picture)s»"),
        lazy("¿quisiste decir «%(near)s»? Las fotos van en media/: ![texto](../media/foto.jpg)"),
    ),
    "picture-elsewhere": (
        lazy("la foto «%(picture)s» está en otro sitio"),
        lazy("cópiala en media/: así se ve también sin conexión"),
    ),
    "picture-kind": (
        lazy("este archivo no es una foto que se pueda mostrar"),
        lazy("usa uno de estos tipos: %(allowed)s"),
    ),
    "picture-no-words": (
        lazy("la foto «%(picture)s» no dice qué muestra"),
        lazy("escríbelo entre los corchetes, para quien no la ve: ![Acequia limpia](…)"),
    ),
    "picture-heavy": (
        lazy("la foto pesa %(size)s"),
        lazy("redúcela a menos de %(most)s: muchas personas leen con señal débil"),
    ),
    "picture-broken": (
        lazy("esta imagen está dañada o incompleta, o no es una imagen"),
        lazy("ábrela en tu computadora y guárdala otra vez"),
    ),
    "picture-too-large": (
        lazy("la imagen tiene más de %(most)s millones de puntos"),
        lazy("redúcela; en una pantalla no se ven más de 1280 de ancho"),
    ),
    "picture-too-detailed": (
        lazy("el dibujo tiene más de %(most)s partes"),
        lazy("simplifícalo o guárdalo como foto"),
    ),
    "picture-misnamed": (
        lazy("por dentro esta imagen es %(kind)s, y su nombre dice otra cosa"),
        lazy("cambia el final de su nombre"),
    ),
    "picture-moving": (
        lazy("esta imagen se mueve; en la lección queda quieta, con su primer cuadro"),
        lazy("usa una imagen quieta"),
    ),
    "picture-small": (
        lazy("la imagen tiene %(width)s puntos de ancho; se verá pequeña o borrosa"),
        lazy("busca una de al menos %(least)s; de 1280 se ve bien en toda pantalla"),
    ),
    "picture-cleaned": (
        lazy("del dibujo se quita %(removed)s: puede correr o traer algo de fuera"),
        lazy("mira en la vista previa si se ve bien; al exportarlo elige «SVG simple»"),
    ),
    "picture-unused": (
        lazy("ninguna lección muestra esta foto"),
        lazy("ponla en una lección o quítala de media"),
    ),
    "footnote-missing": (
        lazy("no hay fuente con la etiqueta «%(label)s»"),
        lazy("¿quisiste decir «%(near)s»? Escribe la fuente al final: [^1]: Quién, qué, cuándo."),
    ),
    "footnote-twice": (
        lazy("la fuente «%(label)s» está dos veces"),
        lazy("cambia la etiqueta de una"),
    ),
    "footnote-unused": (
        lazy("ninguna frase nombra la fuente «%(label)s»"),
        lazy("pon [^%(label)s] en el texto o quita la fuente"),
    ),
    "block-unknown": (
        lazy("no hay bloque «%(block)s»"),
        lazy("¿quisiste decir «%(near)s»? Hay: %(known)s"),
    ),
    "block-malformed": (
        lazy("esta línea con /// no se entiende: «%(text)s»"),
        lazy("escribe /// nombre | título, sin espacios delante, y cierra con ///"),
    ),
    "block-unclosed": (
        lazy("el bloque «%(block)s» no se cierra"),
        lazy("escribe /// en una línea sola donde termina; un bloque no va dentro de otro"),
    ),
    "block-not-open": (
        lazy("este /// no cierra ningún bloque"),
        lazy("quítalo, o escribe /// nombre | título donde empieza el bloque"),
    ),
    "block-empty": (
        lazy("el bloque «%(block)s» está vacío"),
        lazy("escribe su texto o quítalo"),
    ),
    "block-no-title": (
        lazy("el bloque «%(block)s» no tiene título"),
        lazy("escríbelo después de la barra: /// %(block)s | título"),
    ),
    "option-unknown": (
        lazy("el bloque «%(block)s» no tiene la opción «%(option)s»"),
        lazy("¿quisiste decir «%(near)s»? Hay: %(known)s"),
    ),
    "option-malformed": (
        lazy("esta opción no se entiende o está dos veces: «%(text)s»"),
        lazy("escribe cuatro espacios y nombre: valor; antes del texto deja una línea vacía"),
    ),
    "option-wrong": (
        lazy("la opción «%(option)s» no puede ser «%(value)s»"),
        lazy("¿quisiste decir «%(near)s»? Puede ser: %(expected)s"),
    ),
    "option-not-indented": (
        lazy("esta opción va con cuatro espacios delante: «%(text)s»"),
        lazy("escribe cuatro espacios al inicio de la línea"),
    ),
    "question-no-id": (
        lazy("la pregunta no tiene id"),
        lazy("escribe debajo cuatro espacios e id: causa-de-fondo; no lo cambies después"),
    ),
    "question-no-answers": (
        lazy("la pregunta no tiene respuestas"),
        lazy("escribe - [ ] y - [x], = número, - izquierda -> derecha, o 1. 2. 3."),
    ),
    "question-no-right-answer": (
        lazy("ninguna opción está marcada como correcta"),
        lazy("marca la correcta con - [x]"),
    ),
    "question-too-short": (
        lazy("la pregunta necesita entre %(least)s y %(most)s respuestas"),
        lazy("agrega o quita respuestas"),
    ),
    "question-kinds-mixed": (
        lazy("la pregunta mezcla dos formas de responder: «%(text)s»"),
        lazy("usa una sola forma, o haz dos preguntas"),
    ),
    "question-kind-wrong": (
        lazy("«kind: %(kind)s» no va con estas respuestas"),
        lazy("quita kind: la forma se ve en las respuestas"),
    ),
    "question-link": (
        lazy("una pregunta no puede llevar «%(target)s»: se muestra también en otras páginas"),
        lazy("pon la foto, el enlace o la fuente en el texto de la lección"),
    ),
    "answer-malformed": (
        lazy("esta respuesta no se entiende: «%(text)s»"),
        lazy("escribe - [ ] texto, - [x] texto, o - izquierda -> derecha"),
    ),
    "answer-twice": (
        lazy("la respuesta «%(text)s» está dos veces"),
        lazy("cambia una de las dos"),
    ),
    "quote-not-indented": (
        lazy("esta explicación no está bajo su opción: «%(text)s»"),
        lazy("pon dos espacios antes de >, para que salga con la opción de arriba"),
    ),
    "number-loose": (
        lazy(
            "la tolerancia %(tolerance)s deja pasar casi cualquier número: la respuesta es %(answer)s"
        ),
        lazy("pon una tolerancia más pequeña que la respuesta"),
    ),
    "number-malformed": (
        lazy("este número no se entiende: «%(text)s»"),
        lazy(
            "¿quisiste decir «%(near)s»? Escribe una sola línea con punto decimal: = 67.7 ± 0.5 %%"
        ),
    ),
    "order-numbers": (
        lazy("aquí va el número %(expected)s y no el %(number)s"),
        lazy("numera desde 1, en el orden correcto"),
    ),
    "text-after-answers": (
        lazy("este texto no es parte de ninguna respuesta: «%(text)s»"),
        lazy("ponlo antes de las respuestas, o con > delante para que salga al responder"),
    ),
    "term-unknown": (
        lazy("«%(word)s» no está en el glosario"),
        lazy("¿quisiste decir «%(near)s»? Agrégalo a glosario.md o quita las llaves"),
    ),
    "term-malformed": (
        lazy("esto no es un término completo: «%(problem)s»"),
        lazy("escribe ## Nombre {#nombre}, una línea vacía y qué significa"),
    ),
    "term-twice": (
        lazy("«%(word)s» ya está en el glosario"),
        lazy("deja la palabra o el id en un solo término"),
    ),
    "term-unused": (
        lazy("ninguna lección usa el término «%(word)s»"),
        lazy("ponlo entre llaves donde aparece por primera vez"),
    ),
    "lesson-length": (
        lazy("la lección tiene %(words)s palabras"),
        lazy("lo cómodo es entre %(least)s y %(most)s"),
    ),
    "lesson-heavy": (
        lazy("la lección pesa %(size)s con sus fotos"),
        lazy("quita o reduce fotos hasta llegar a %(most)s: muchas personas pagan cada kB"),
    ),
    "lesson-hard": (
        lazy("la lección es difícil de leer: INFLESZ %(inflesz)s"),
        lazy(
            "usa frases y palabras más cortas hasta llegar a %(least)s; si no se puede, di por qué en hard_because"
        ),
    ),
    "lesson-rather-hard": (
        lazy("la lección es algo difícil de leer: INFLESZ %(inflesz)s"),
        lazy("usa frases y palabras más cortas hasta llegar a %(least)s"),
    ),
    "sentences-long": (
        lazy("las frases tienen %(mean)s palabras de promedio"),
        lazy("que no pasen de %(most)s: una idea en cada frase"),
    ),
    "sentence-long": (
        lazy("la frase «%(begins)s…» tiene %(words)s palabras"),
        lazy("pártela en dos: que no pase de %(most)s"),
    ),
}
"""Code to text and suggestion; every code of ``findings.CODES`` is here (a test compares)."""


PROBLEMS = {
    "colon": lazy("hay dos puntos en medio de un texto sin comillas"),
    "no-colon": lazy("falta «:» después de una clave"),
    "quote": lazy("faltan las comillas que cierran"),
    "escape": lazy("entre comillas dobles hay una barra «\\»"),
    "bracket": lazy("falta cerrar un corchete o una llave, o falta una coma"),
    "sign": lazy("un texto empieza con un signo o con una tabulación"),
    "key": lazy("hay unas comillas en medio de un texto, o una línea más adentro que las otras"),
    "indent": lazy("las líneas no empiezan a la misma distancia del borde"),
    "character": lazy("hay un signo que no se puede leer"),
    "date": lazy("hay una fecha que no existe"),
    "long": lazy("son demasiado largos"),
    "no-key": lazy("cada línea es «clave: valor»"),
    "other": lazy("no es YAML"),
}
"""What is wrong with front matter, by the names of ``front_matter.PROBLEMS``."""


def text_and_suggestion(finding: Finding) -> tuple[str, str]:
    """The two halves of what is said."""
    text, suggestion = WORDS[finding.code]
    values = dict(finding.values)
    if finding.code == "front-matter-malformed":
        values["problem"] = PROBLEMS[str(values["problem"])]
    advice = str(suggestion) % values
    if values.get("near") == "":
        # Nothing comes near: the question is left out, what can be used stays.
        advice = advice.partition("? ")[2] or advice
    return str(text) % values, advice


def file_of(finding: Finding, folder: Path) -> str:
    """The file of a finding as an editor can open it from where the check was started."""
    file = finding.place.file
    path = folder / file if file != folder.name else folder
    return str(path).encode("utf-8", "replace").decode()


def finding_line(finding: Finding, folder: Path) -> str:
    """``file:line:column CODE text — suggestion``, with a path that an editor can open."""
    text, suggestion = text_and_suggestion(finding)
    if finding.level == Level.WARNING:
        text = _("aviso: %(message)s", message=text)
    _file, line, column = finding.place
    return f"{file_of(finding, folder)}:{line}:{column} {finding.code} {text} — {suggestion}"


def finding_record(finding: Finding, folder: Path) -> dict[str, str | int]:
    """The same for machines."""
    text, suggestion = text_and_suggestion(finding)
    return {
        "file": file_of(finding, folder),
        "line": finding.place.line,
        "column": finding.place.column,
        "code": finding.code,
        "level": finding.level.value,
        "text": text,
        "suggestion": suggestion,
    }


def github_line(finding: Finding, folder: Path) -> str:
    """A workflow command of GitHub: shown beside the line in a pull request."""
    record = finding_record(finding, folder)
    file = str(record["file"]).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    place = f"file={file},line={record['line']},col={record['column']}"
    message = f"{record['text']} — {record['suggestion']}".replace("%", "%25")
    return f"::{record['level']} {place},title={record['code']}::{message}"


def summary(findings: Iterable[Finding]) -> str:
    """How much there is to mend."""
    levels = [finding.level for finding in findings]
    errors, warnings = levels.count(Level.ERROR), levels.count(Level.WARNING)
    if not errors and not warnings:
        return _("Todo está bien.")
    return "{}, {}.".format(
        ngettext("1 error", "%(num)d errores", errors),
        ngettext("1 aviso", "%(num)d avisos", warnings),
    )
