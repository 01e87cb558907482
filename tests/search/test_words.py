"""Words are compared without case, accents and plural; places stay places."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pegup.search.passages import LENGTH, marked, passage, plain
from pegup.search.words import (
    LONGEST_QUERY,
    LONGEST_WORD,
    MOST_TERMS,
    Term,
    composed,
    fold,
    indexed,
    meant,
    read_query,
    stem,
    typed,
    words_of,
)

LETTERS = st.text(st.characters(codec="utf-8"), max_size=300)
SPANISH = st.text("abcdeilmnorsuzñáéíóúü ", max_size=60)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("basura", "basuras"),
        ("acción", "ACCIONES"),
        ("luz", "luces"),
        ("ciudad", "ciudades"),
        ("clase", "clases"),
        ("ley", "leyes"),
        ("pez", "peces"),
        ("mes", "meses"),
        ("árbol", "arboles"),
        ("desagüe", "desagues"),
        ("city", "cities"),
        ("waste", "wastes"),
        ("año", "ano"),
        ("años", "ano"),
        ("m²", "m2"),
    ],
)
def test_two_forms_of_a_word_are_one(one, other):
    assert stem(fold(one)) == stem(fold(other))


@pytest.mark.parametrize(
    ("one", "other"), [("casa", "caso"), ("pozo", "poza"), ("río", "risa"), ("agua", "aguja")]
)
def test_two_words_stay_two(one, other):
    assert stem(fold(one)) != stem(fold(other))


def test_who_types_an_enie_is_told_apart():
    assert indexed(["Cada año baña la peña."]) == [
        *("cada", "ano", "año", "bana", "baña", "la", "pena", "peña")
    ]
    assert read_query("años") == (Term("ano", "año", "anos"),)
    assert read_query("anos") == (Term("ano", "", "anos"),)


def test_the_last_word_may_be_unfinished_and_the_small_ones_do_not_count():
    assert read_query("gestión de los residuos sóli") == (
        Term("gestion"),
        Term("residuo"),
        Term("soli", "", "soli"),
    )
    assert read_query("de la") == (Term("de"), Term("la"))
    assert read_query("agua la") == (Term("agua"),)
    assert read_query("ag") == (Term("ag"),)


@given(LETTERS)
def test_folding_keeps_every_place(text):
    text = composed(text)
    folded = fold(text)
    assert len(folded) == len(text)
    for word in words_of(text):
        assert text[word.start : word.end].strip()
        assert word.stem


@given(SPANISH)
def test_case_and_accents_never_matter(text):
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    assert fold(composed(text.upper())) == fold(composed(text)) == fold(bare)
    assert [w.stem for w in words_of(composed(text))] == [w.stem for w in words_of(bare)]


@given(LETTERS)
def test_what_is_indexed_is_a_word_that_both_engines_take_as_it_is(text):
    for word in indexed([text]):
        assert 0 < len(word) <= LONGEST_WORD
        assert all(letter.isalnum() for letter in word)


@given(LETTERS)
def test_every_query_is_read(text):
    terms = read_query(text)
    assert len(terms) <= MOST_TERMS
    for term in terms:
        for form in (term.stem, term.exact, term.prefix):
            assert all(letter.isalnum() for letter in form)


@given(LETTERS, SPANISH)
def test_a_text_is_found_by_its_own_words(text, query):
    """What the index finds by a whole word, the passage shows."""
    whole = f"{composed(text)} {query}"
    for term in read_query(query):
        assert term.stem in indexed([whole])
        shown = passage(whole, [term])
        assert any(piece.is_found for piece in shown.pieces)


@given(LETTERS, SPANISH)
def test_a_passage_is_part_of_the_text_and_short(text, query):
    text = composed(text)
    shown = passage(text, read_query(query))
    joined = "".join(piece.text for piece in shown.pieces)
    assert joined.removeprefix("… ").removesuffix(" …") in text
    assert len(joined) <= LENGTH + 4
    assert "".join(piece.text for piece in marked(text, read_query(query))) == text


def test_a_passage_holds_most_of_the_words_and_knows_its_heading():
    far = "Nada que ver aquí. " * 40
    text = f"El agua sola. {far}Aquí el agua y la basura van juntas. {far}"
    shown = passage(text, read_query("basura agua"), [(0, "uno"), (len(text) // 2 - 60, "dos")])
    assert [piece.text for piece in shown.pieces if piece.is_found] == ["agua", "basura"]
    assert shown.anchor == "dos"
    assert shown.pieces[0].text.startswith("… ")
    nothing = passage(text, read_query("huaico"))
    assert nothing.pieces[0].text.startswith("El agua sola.")
    assert nothing.anchor == ""


def test_what_stands_inside_of_a_word_is_not_found():
    found = passage("El desagüe y el desagua; el_agua, agua.", read_query("agua")).pieces
    assert [each.text for each in found if each.is_found] == ["agua", "agua"]
    assert found[0].text == "El desagüe y el desagua; el_"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ÁÉÍÓÚÜÑ áéíóúüñ", "aeiouun aeiouun"),
        ("«AHÍ» — Nº 5", "«ahi» — no 5"),
        ("Çà, ŷ", "ca, y"),
        ("İLO", "ilo"),
        ("ﬁnca", "ﬁnca"),
    ],
)
def test_a_letter_that_is_not_spanish_is_folded_too_and_keeps_its_place(text, folded):
    assert fold(text) == folded


def test_plain_text_knows_headings_and_leaves_sources_out():
    made = plain(
        '<p>Antes<sup class="footnote-ref"><a href="#f">1</a></sup> de 5 &lt; 7.</p>'
        '<h2 id="mira">Mira</h2><table><tr><td>a</td><td>b</td></tr></table>'
        '<img src="x" alt="un río"><section class="footnotes"><h2>Fuentes</h2><p>Libro</p></section>'
        '<h3 id="fin">Fin</h3><p>después</p>'
    )
    assert made.text == "Antes de 5 < 7. Mira. a b. un río. Fin. después."
    assert [(made.text[place:].split()[0], anchor) for place, anchor in made.anchors] == [
        ("Mira.", "mira"),
        ("Fin.", "fin"),
    ]


def test_a_long_query_is_cut():
    assert len(read_query("palabra" * LONGEST_QUERY)[0].stem) <= LONGEST_WORD
    assert len(read_query(" ".join(f"w{n}x" for n in range(100)))) == MOST_TERMS


@pytest.mark.parametrize(
    ("query", "guess"),
    [
        ("asequia", "acequia"),
        ("uaico", "huaico"),
        ("vasura", "basura"),
        ("recidous sólidos", "residuos sólidos"),
        ("agua", ""),
        ("AGUAS", ""),
        ("xylofon", ""),
        ("año", ""),
        ("", ""),
    ],
)
def test_a_word_that_no_text_has_is_guessed(query, guess):
    texts = ["Acequia", "Huaico: agua con piedras", "La basura y los residuos sólidos"]
    assert meant(query, texts) == guess


@given(LETTERS, LETTERS)
def test_a_guess_is_another_query(query, text):
    guess = meant(typed(query), [text])
    assert not guess or fold(guess) != fold(typed(query))
