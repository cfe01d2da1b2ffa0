"""Other open systems that find quotations, run on the articles that this project is measured on."""
