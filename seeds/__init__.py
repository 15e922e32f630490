"""The seed format: the record, reading and writing it, and the rules for text and addresses."""
