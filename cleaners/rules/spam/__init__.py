"""Parts of the spam rule: terms, words, splices, blocks, metadata fields."""
