"""Reading: a document's text to claims, each with its quoted words. Language-free; the words are in the packs."""
