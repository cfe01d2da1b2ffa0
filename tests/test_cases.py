"""Articles in miniature: what other systems got wrong, and who said it."""

from __future__ import annotations

import pytest
from cases import Case, Said, check_case, rows

from service.engine import Engine

REPORTED = (
    Case(
        "apposition between name and verb, first paragraph left open",
        'Ruth Okoye, a vet, said: "The herd is starving.\n\n"If the rain fails they will all go," she added.',
        (Said('The herd is starving.\n\n"If the rain fails they will all go,', "Ruth Okoye", "vet"),),
    ),
    Case(
        "speaker in the sentence before",
        'Farouk Aziz, a Green councillor, said he was ashamed. "What they built is a fence around nothing."',
        (Said("What they built is a fence around nothing.", "Farouk Aziz", "Green councillor"),),
    ),
    Case(
        "three paragraphs, only the last closed",
        "Governor Lena Brandt addressed the crew.\n\n“You went down when others came up.\n\n"
        "“You stayed three nights.\n\n“The whole coast knows your names,” she said.",
        (
            Said(
                "You went down when others came up.\n\n“You stayed three nights.\n\n“The whole coast knows your names,",
                "Lena Brandt",
                "Governor",
            ),
        ),
    ),
    Case(
        "nickname after the speaker, curly opened and straight closed",
        '“All week. Somebody yelling. No sleep at all,” said a night porter who answers to the name “Biscuit."',
        (
            Said(
                "All week. Somebody yelling. No sleep at all,",
                ("a night porter who answers to the name “Biscuit", "Biscuit", "night porter"),
            ),
        ),
        warned=None,
    ),
    Case("two bare lines of dialogue", '"Bob."\n\n"What."', (Said("Bob.", None), Said("What.", None))),
    Case("an empty pair of marks", '""=', warned=None),
    Case(
        "grumbled",
        '"It was warmer in the lake," grumbled Tim Sato.',
        (Said("It was warmer in the lake,", "Tim Sato"),),
    ),
    Case("sighed", '"There goes the roof," Carla Núñez sighed.', (Said("There goes the roof,", "Carla Núñez"),)),
    Case(
        "shot back",
        'Asked if he would resign, Minister Paul Adu shot back: "Would you?"',
        (Said("Would you?", "Paul Adu", "Minister"),),
    ),
    Case(
        "consecutive quotations without a clause",
        '"The bell rang twice," said Ida Holm, the verger. "Nobody came."\n\n"So I rang it again."',
        (
            Said("The bell rang twice,", "Ida Holm", "verger"),
            Said("Nobody came.", "Ida Holm"),
            Said("So I rang it again.", "Ida Holm"),
        ),
    ),
    Case(
        "hyphen, title and name after the quotation",
        "“The line must be open to every household.” -Commissioner Dana Whitlow",
        (Said("The line must be open to every household.", "Dana Whitlow", "Commissioner"),),
    ),
    Case(
        "bar and name after the quotation",
        "“They fixed my porch and never sent a bill.” ― Yolanda Pruitt",
        (Said("They fixed my porch and never sent a bill.", "Yolanda Pruitt"),),
    ),
    Case(
        "name and colon in the paragraph before, mixed marks",
        'And from Chairman Ibarra:\n\n“Marta leaves this bureau kinder and better organised than she found it"',
        (Said("Marta leaves this bureau kinder and better organised than she found it", "Ibarra", "Chairman"),),
        warned=None,
    ),
    Case(
        "name, role and organisation in the line before",
        "From the desk of Joan Leary, Senior Economist, Plainfield Bank.\n“Seeing no reason for haste, we wait.”",
        (Said("Seeing no reason for haste, we wait.", "Joan Leary", "Senior Economist"),),
    ),
    Case(
        "opening single mark used as an apostrophe",
        'Bill told me I "shouldn‘t wear those pants" but I will.',
        (Said("shouldn‘t wear those pants", "Bill"),),
    ),
    Case(
        "closing mark with no opening one",
        "The tide was out.” Nobody had checked.\n\n“We walked,” said Ann Gill.",
        (Said("The tide was out.", optional=True), Said("We walked,", "Ann Gill")),
        warned=True,
    ),
    Case(
        "odd number of straight marks",
        'The "annex was shut on Monday.\n\nRain came. "It leaks," said Bo Lind, the caretaker.\n\n"Badly," he added.',
        (
            Said("annex was shut on Monday.", optional=True),
            Said("It leaks,", "Bo Lind", "caretaker"),
            Said("Badly,", "Bo Lind"),
        ),
        warned=True,
    ),
    Case(
        "two speakers",
        '"We love cats!" reply Burton and Nick.',
        (Said("We love cats!", "Burton", co_speakers=("Nick",)),),
    ),
    Case("title of a novel", '"One Hundred Years of Solitude" is a novel.'),
    Case("sarcasm", 'cats are "cuties"'),
    Case(
        "speaker announced before, listener named after",
        'Alice began talking to Bob. "Lorem ipsum." Bob nodded.',
        (Said("Lorem ipsum.", "Alice"),),
    ),
    Case(
        "adjacent marks",
        'My "String" "with many" adjacent "nested" \'quotes\'',
        tuple(Said(text, None, optional=True) for text in ("String", "with many", "nested", "quotes")),
    ),
    Case(
        "closing mark before the full stop",
        'The girl says "Hey! gimme the meatballs!".',
        (Said("Hey! gimme the meatballs!", "The girl"),),
    ),
    Case("leading apostrophe alone", "'twas good cookin"),
    Case("trailing apostrophe alone", "twas good cookin'"),
    Case(
        "unclosed mark in a fragment", 'i heard "the news today', (Said("the news today", optional=True),), warned=True
    ),
    Case("question mark inside", '"So what?" said Harry.', (Said("So what?", "Harry"),)),
    Case(
        "two voices in one line",
        '"How are you?" "I\'m fine, thank you", he replied.',
        (Said("How are you?", None), Said("I'm fine, thank you", (None, "he"))),
    ),
    Case(
        "British style",
        "‘We won’t touch it,’ said Erin Pugh, the warden, ‘whatever Mr Blyth’s “expertise” may be.’",
        (
            Said("We won’t touch it,", "Erin Pugh", "warden"),
            Said("whatever Mr Blyth’s “expertise” may be.", "Erin Pugh", continues=True, nested=("expertise",)),
        ),
    ),
    Case(
        "low and high marks",
        "„Wir bleiben hier“, said Jutta Krall, the mayor.",
        (Said("Wir bleiben hier", "Jutta Krall", "mayor"),),
    ),
    Case("guillemets", "«Nous restons», said Luc Morel, a baker.", (Said("Nous restons", "Luc Morel", "baker"),)),
    Case("spaced guillemets", "« Nous restons », said Luc Morel.", (Said("Nous restons", "Luc Morel"),)),
    Case(
        "corner brackets", "「私たちは残る」 said Aiko Mori, a fisher.", (Said("私たちは残る", "Aiko Mori", "fisher"),)
    ),
    Case("emoji before a quotation", "🎉👩‍🚒🏽 “We made it,” said Zoë Ames.", (Said("We made it,", "Zoë Ames"),)),
)

NOT_QUOTATIONS = (
    Case("film", 'Ewa Lis stars in "The Salt Road," which opens Friday.'),
    Case("song sung", 'The crowd sang "Three Green Bottles" until the lights went out.'),
    Case("nickname", 'Pedro "The Hammer" Lima fights on Sunday.'),
    Case("so-called", "The so-called “tulip rule” lapsed in 1994."),
    Case("word as a word", 'The word "marmalade" comes from Portuguese.'),
    Case("known as", "The valley, known as “the Oven”, has no road."),
    Case(
        "a book beside a quotation",
        '"I wrote it in bed," said Ewa Lis, the author of "Cold Tea."',
        (Said("I wrote it in bed,", "Ewa Lis"),),
    ),
)

ATTRIBUTION = (
    Case(
        "clause in the middle",
        "“I hope,” said Ana Ruiz, “that they sleep.”",
        (Said("I hope,", "Ana Ruiz"), Said("that they sleep.", "Ana Ruiz", continues=True)),
    ),
    Case(
        "according to",
        "The bridge is “one flood from the sea,” according to Hana Petrović, the county engineer.",
        (Said("one flood from the sea,", "Hana Petrović", "county engineer"),),
    ),
    Case(
        "inverted with a long apposition",
        "“Nobody counted them,” said Kofi Mensah, director of the Lake Fund and a former warden.",
        (Said("Nobody counted them,", "Kofi Mensah", "director of the Lake Fund"),),
    ),
    Case(
        "relative clause",
        "“Nobody counted them,” said Kofi Mensah, who is a diver with the Lake Fund.",
        (Said("Nobody counted them,", "Kofi Mensah", "diver with the Lake Fund"),),
    ),
    Case(
        "pronoun and role from the paragraph before",
        "Vilma Castro, the harbour master, closed the port at noon.\n\n“The swell is over four metres,” she said.",
        (Said("The swell is over four metres,", "Vilma Castro", "harbour master"),),
    ),
    Case(
        "nominal",
        "Mayor Vilma Castro arrived late. “I walked,” the mayor said.",
        (Said("I walked,", "Vilma Castro", "Mayor"),),
    ),
    Case(
        "surname between two people",
        "Vilma Castro and Arne Lund share the office. “We take turns with the chair,” Lund said.",
        (Said("We take turns with the chair,", "Arne Lund"),),
    ),
    Case(
        "family with one surname",
        "Sergeant Dev Rao found his sister Mina Rao on the roof. “I could see his torch,” Mina Rao said.",
        (Said("I could see his torch,", "Mina Rao"),),
    ),
    Case(
        "organisation",
        "“No passenger was hurt,” Lakeside Ferries said in a statement.",
        (Said("No passenger was hurt,", "Lakeside Ferries", place=None),),
    ),
    Case(
        "document",
        "The auditors' report describes the accounts as “a work of fiction.”",
        (Said("a work of fiction.", "The auditors' report"),),
    ),
    Case(
        "a verb that looks like a noun",
        "“The crane was never oiled,” the harbour report states.",
        (Said("The crane was never oiled,", "the harbour report"),),
    ),
    Case(
        "whose statement it is, by name",
        "Ida Holm, the verger, was away. “The tower is safe,” Holm's statement read.",
        (Said("The tower is safe,", "Ida Holm"),),
    ),
    Case(
        "whose statement it is, by pronoun",
        "The ministry was silent for a week. “Nobody was hurt,” its statement said on Monday.",
        (Said("Nobody was hurt,", "The ministry", place=None),),
    ),
    Case(
        "unnamed source",
        "“It was signed on Sunday,” said a senior customs official who asked not to be named.",
        (
            Said(
                "It was signed on Sunday,",
                ("a senior customs official", "senior customs official who asked not to be named"),
                "senior customs official",
            ),
        ),
    ),
    Case(
        "colon",
        "Teacher Ngozi Eze: “They read to each other.”",
        (Said("They read to each other.", "Ngozi Eze", "Teacher"),),
    ),
    Case(
        "single name",
        "“We planted rice here,” said Suharyono, a farmer.",
        (Said("We planted rice here,", "Suharyono", "farmer"),),
    ),
    Case("particles in a name", "“It held,” said Ana de la Cruz y Vega.", (Said("It held,", "Ana de la Cruz y Vega"),)),
    Case("nobody named", "“Mind the step.”", (Said("Mind the step.", None, None, None),)),
    Case(
        "speaker is not the one talked about",
        "“Judge Amin was fair to us,” said Rosa Vidal, whose son was acquitted.",
        (Said("Judge Amin was fair to us,", "Rosa Vidal"),),
    ),
    Case(
        "stated place",
        "“The road is open,” Governor Lena Brandt told reporters in Kisumu.",
        (Said("The road is open,", "Lena Brandt", "Governor", "Kisumu"),),
    ),
    Case(
        "a medium is not a place",
        "“The road is open,” Governor Lena Brandt wrote on Facebook.",
        (Said("The road is open,", "Lena Brandt", "Governor", None),),
    ),
    Case(
        "the speaker's country is not the place",
        "“The road is open,” Kenyan engineer Moses Otieno said.",
        (Said("The road is open,", "Moses Otieno", "Kenyan engineer", None),),
    ),
)

CASES = (*REPORTED, *NOT_QUOTATIONS, *ATTRIBUTION)
KNOWN_TO_FAIL: dict[str, str] = {}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.load()


@pytest.mark.parametrize("case", rows(CASES, KNOWN_TO_FAIL))
def test_case(case: Case, engine: Engine) -> None:
    check_case(case, engine)


def test_names_of_cases_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
