"""What the demonstration's documents say. All of it is marked as invented."""

from __future__ import annotations

SOURCE = "Dato de demostración: inventado para mostrar cómo funciona"
NO_DATA = "Demostración: lo pedimos a la municipalidad y todavía no lo tiene."

SECTIONS = (
    "Este texto es una demostración. Nos juntamos tres tardes en el local del barrio. Vino gente de la municipalidad, de una ONG y de las juntas de vecinos.\n\nCada grupo contó lo que ve en su zona. Después lo ordenamos juntos.",
    "Este texto es una demostración. Lo que más preocupa es:\n\n- el agua llega pocas horas,\n- la basura se queda en las esquinas,\n- faltan árboles y sombra.\n\nNo todos pensamos igual sobre qué va primero. Lo dejamos escrito.",
    "Este texto es una demostración. Preguntamos en el mercado y en la posta. Nos faltan datos de los barrios de arriba. Los pediremos otra vez en un mes.",
    "Este texto es una demostración. Lo que salió bien: la limpieza de la acequia se hizo entre todos.\n\nLo que salió mal: nadie quedó encargado y a los dos meses estaba igual.",
    "Este texto es una demostración. La zona alta y la zona baja viven cosas distintas. Por eso miramos la ciudad entera, con el campo que la rodea.",
)

MENTION = "Los datos que tenemos hoy:\n"
"""Stands before the indicators of a section."""

EXPERIENCE = "Texto de demostración: participa desde hace años en su organización y en las faenas del barrio."
ACT = "Acta de demostración. Firmaron la municipalidad, una ONG y tres juntas de vecinos. Se reúnen cada mes."
AGENDA = "Texto de demostración. Hay una mesa de trabajo con reuniones cada mes y un plan escrito."

STATEMENT = "Texto de demostración. Hace dos años limpiamos la acequia con las juntas de vecinos. Hay actas y fotos de cada faena.\n\nAl volver del curso, cada persona del equipo cuenta en su organización lo que aprendió."
JUDGEMENT = (
    "Razón de demostración: cuenta hechos y trae actas; falta decir quién hará qué al volver."
)
