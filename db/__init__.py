"""The store: schema, migrations, the write side and the read side."""
