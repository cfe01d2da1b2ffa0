"""Articles in miniature: the marks that quotations stand in, and apostrophes, inches and stray marks."""

from __future__ import annotations

import pytest
from cases import Case, Said, check_case, rows

from service.engine import Engine

CASES = (
    Case(
        "nested singles in doubles",
        "“He said ‘never’ to me,” Ana Ruiz said.",
        (Said("He said ‘never’ to me,", "Ana Ruiz", nested=("never",)),),
    ),
    Case(
        "straight singles in straight doubles",
        "\"He said 'not today' and left,\" Ana Ruiz said.",
        (Said("He said 'not today' and left,", "Ana Ruiz", nested=("not today",)),),
    ),
    Case(
        "nested mark closes together with the outer one",
        "Ana Ruiz said: “My father told me: ‘Keep the boat.’”",
        (Said("My father told me: ‘Keep the boat.’", "Ana Ruiz", nested=("Keep the boat.",)),),
    ),
    Case(
        "nested guillemets",
        "«Il a dit “jamais” deux fois», said Luc Morel.",
        (Said("Il a dit “jamais” deux fois", "Luc Morel", nested=("jamais",)),),
    ),
    Case("guillemets pointing inwards", "»Das reicht«, said Jutta Krall.", (Said("Das reicht", "Jutta Krall"),)),
    Case("low and right-curly marks", "„Zostajemy”, said Piotr Nowak.", (Said("Zostajemy", "Piotr Nowak"),)),
    Case("white corner brackets", "『約束した』 said Aiko Mori.", (Said("約束した", "Aiko Mori"),)),
    Case(
        "straight opened, curly closed",
        'Omar Bah said: "We kept count.”',
        (Said("We kept count.", "Omar Bah"),),
        warned=None,
    ),
    Case(
        "curly opened, straight closed",
        'Omar Bah said: “We kept count."',
        (Said("We kept count.", "Omar Bah"),),
        warned=None,
    ),
    Case(
        "closing curly mark used to open",
        "”We kept count,” said Omar Bah.",
        (Said("We kept count,", "Omar Bah"),),
        warned=None,
    ),
    Case("two single marks as one", "``We kept count,'' said Omar Bah.", (Said("We kept count,", "Omar Bah"),)),
    Case("full stop after the mark", 'Omar Bah called it "a long night".', (Said("a long night", "Omar Bah"),)),
    Case("full stop before the mark", 'Omar Bah called it "a long night."', (Said("a long night.", "Omar Bah"),)),
    Case("comma after the mark", '"We kept count", said Omar Bah.', (Said("We kept count", "Omar Bah"),)),
    Case("mark glued to the next word", '"We kept count,"said Omar Bah.', (Said("We kept count,", "Omar Bah"),)),
    Case(
        "words in brackets inside",
        '"We [the crew] kept count," said Omar Bah.',
        (Said("We [the crew] kept count,", "Omar Bah"),),
    ),
    Case(
        "straight singles as the main marks",
        "'We kept count,' said Omar Bah. 'Twice.'",
        (Said("We kept count,", "Omar Bah"), Said("Twice.", "Omar Bah")),
    ),
    Case(
        "apostrophes inside straight singles",
        "'It isn't the workers' fault,' said Omar Bah, 'and they're tired.'",
        (Said("It isn't the workers' fault,", "Omar Bah"), Said("and they're tired.", "Omar Bah", continues=True)),
    ),
    Case(
        "plural possessive inside curly singles",
        "‘The miners’ lamps were out,’ said Omar Bah.",
        (Said("The miners’ lamps were out,", "Omar Bah"),),
    ),
    Case(
        "leading apostrophes inside curly singles",
        "‘’Twas the ’90s and rock ’n’ roll was ours,’ said Omar Bah.",
        (Said("’Twas the ’90s and rock ’n’ roll was ours,", "Omar Bah"),),
    ),
    Case(
        "apostrophes only",
        "The workers' hall, the O'Briens' pub and the players' tunnel don't open 'til six in the '90s bar.",
    ),
    Case("curly apostrophes only", "The workers’ hall and O’Brien’s bar don’t play rock ’n’ roll from the ’90s."),
    Case("rock 'n' roll", "It was rock 'n' roll and fish 'n' chips until the '80s."),
    Case("feet and inches", 'The keeper, 6\' 2" tall, cleared a 10" pipe.'),
    Case(
        "inches before a quotation",
        'The 12" pipe burst at noon. "It sounded like a train," said Lee Chan.',
        (Said("It sounded like a train,", "Lee Chan"),),
    ),
    Case(
        "inches inside a quotation",
        '"It came in a 9" box," said Lee Chan. "I signed for it."',
        (Said('It came in a 9" box,', "Lee Chan"), Said("I signed for it.", "Lee Chan")),
        warned=None,
    ),
    Case(
        "unclosed mark costs its own paragraph",
        "“We waited for hours, said Mia Dahl.\n\nThe bus was full. “Then it came,” said Jon Dahl.",
        (
            Said("We waited for hours,", "Mia Dahl", optional=True),
            Said("We waited for hours, said Mia Dahl.", optional=True),
            Said("Then it came,", "Jon Dahl"),
        ),
        warned=True,
    ),
    Case(
        "unclosed mark at the end",
        "“Then it came,” said Jon Dahl.\n\nMia Dahl said: “We waited for hours.",
        (Said("Then it came,", "Jon Dahl"), Said("We waited for hours.", "Mia Dahl")),
        warned=True,
    ),
    Case(
        "two paragraphs with Windows line breaks",
        "“We waited.\r\n\r\n“Then it came,” said Jon Dahl.",
        (Said("We waited.\r\n\r\n“Then it came,", "Jon Dahl"),),
    ),
    Case(
        "a quotation closed in each of two paragraphs",
        '"We waited," said Jon Dahl.\n\n"Then it came."',
        (Said("We waited,", "Jon Dahl"), Said("Then it came.", "Jon Dahl")),
    ),
    Case(
        "stray closing guillemet",
        "More news »\n\n“We waited,” said Jon Dahl.",
        (Said("We waited,", "Jon Dahl"),),
        warned=None,
    ),
    Case("nothing but marks", '"\'“”‘’«»„"\n\n"\n\'', warned=None),
    Case("spaces between marks", '" "', warned=None),
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.load()


KNOWN_TO_FAIL: dict[str, str] = {}


@pytest.mark.parametrize("case", rows(CASES, KNOWN_TO_FAIL))
def test_marks(case: Case, engine: Engine) -> None:
    check_case(case, engine)


def test_names_of_cases_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
