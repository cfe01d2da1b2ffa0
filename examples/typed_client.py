"""Who said what in an article, by a client made from the contract: docs/clients.md tells how to make it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from quote_attribution_client import AuthenticatedClient
from quote_attribution_client.api.quotations import quotations
from quote_attribution_client.api.service import about
from quote_attribution_client.models import About, Answer, Article, Problem


def main() -> None:
    """Print the model's version, and a line for each quotation."""
    address = os.environ.get("QUOTATIONS_URL", "http://127.0.0.1:8000")
    # A service without keys takes any.
    client = AuthenticatedClient(base_url=address, token=os.environ.get("QUOTATIONS_KEY", "none"))
    told = about.sync(client=client)
    if isinstance(told, About):
        print("model", told.model.version)
    text = Path(sys.argv[1]).read_text(encoding="utf8")
    match quotations.sync(client=client, body=Article(text=text)):
        case Answer(quotations=found):
            for said in found:
                speaker = said.speaker.name if said.speaker else "?"
                role = said.role.text if said.role else ""
                print(speaker, role, text[said.start : said.end], sep="\t")
        case Problem(title=title, detail=detail, errors=errors):
            sys.exit(f"{title}: {errors[0].detail if errors else detail}")
        case None:
            sys.exit("The answer has a status that the contract does not know.")


if __name__ == "__main__":
    main()
