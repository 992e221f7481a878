"""The data of one language: terms.toml, and cases.jsonl that tests it."""
