"""What the clipboard holds after copying in Word, Google Docs and LibreOffice, shortened."""

from __future__ import annotations

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><style>p.MsoNormal {margin:0cm}</style>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head>
<body lang=ES-PE><!--StartFragment-->
<h1><a name="_Toc1"></a><span lang=ES>El agua del barrio<o:p></o:p></span></h1>
<p class=MsoNormal><span lang=ES>El agua llega&nbsp;<b>por horas</b><a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1"><span class=MsoFootnoteReference>[1]</span></a> y es <i>cara</i>.<o:p></o:p></span></p>
<h2>Qué hacer</h2>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>Guardar agua<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>o<span>&nbsp; </span></span><![endif]>en baldes limpios</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>Avisar a la junta</p>
<p class=MsoNormal>Y después:</p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp; </span></span>Mirar</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.<span>&nbsp; </span></span>Medir</p>
<table class=MsoTableGrid border=1><tr><td><p class=MsoNormal><b>Barrio</b></p></td><td><p class=MsoNormal><b>Horas | día</b></p></td></tr>
<tr><td><p class=MsoNormal>Miramar</p></td><td><p class=MsoNormal>6</p></td></tr></table>
<div style='mso-element:footnote-list'><hr><div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1">[1]</a> La EPS.</p></div></div>
<!--EndFragment--></body></html>"""

WORD_MARKDOWN = """## El agua del barrio

El agua llega **por horas** y es *cara*.

### Qué hacer

- Guardar agua
    - en baldes limpios
- Avisar a la junta

Y después:

1. Mirar
2. Medir

| Barrio | Horas \\| día |
| --- | --- |
| Miramar | 6 |"""

GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h3 dir="ltr"><span style="font-size:14pt;font-weight:700;">Los árboles</span></h3>
<p dir="ltr"><span style="font-weight:400;">Un </span><span style="font-weight:700;">árbol</span><span style="font-weight:400;"> da </span><span style="font-weight:400;font-style:italic;">sombra</span><span style="font-weight:400;">: </span><a href="https://www.google.com/url?q=https://example.org/sombra&amp;sa=D"><span style="text-decoration:underline;">lee aquí</span></a><span>.</span><sup><a href="#ftnt1">[1]</a></sup></p><br>
<ul><li dir="ltr" style="font-weight:400"><p dir="ltr" role="presentation"><span>Molle</span></p></li><li dir="ltr"><p dir="ltr"><span>Huarango_verde {2}</span></p></li></ul>
<p>1997. Fue el a\u00f1o.</p></b>"""

GOOGLE_MARKDOWN = """## Los árboles

Un **árbol** da *sombra*: [lee aquí](https://example.org/sombra).

- Molle
- Huarango\\_verde \\{2\\}

1997\\. Fue el año."""

LIBREOFFICE = """<!DOCTYPE html><html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"/><style type="text/css">p { line-height: 115% }</style></head>
<body lang="es-PE" dir="ltr"><p><font face="Liberation Serif"><font size="3">El <b>río</b> es&#8239;de todos.</font></font><sup><a class="sdfootnoteanc" href="#sdfootnote1sym">1</a></sup></p>
<ol><li><p>Mirar</p></li><li><p>Limpiar</p></li></ol><script>alert(1)</script><img src="file:///tmp/x.png"></body></html>"""

LIBREOFFICE_MARKDOWN = """El **río** es de todos.

1. Mirar
2. Limpiar"""

CASES = {
    "word": (WORD, WORD_MARKDOWN),
    "google": (GOOGLE, GOOGLE_MARKDOWN),
    "libreoffice": (LIBREOFFICE, LIBREOFFICE_MARKDOWN),
}
